// How a program ends: its exit code says whether starting it again may help.

import { expect, it } from 'vitest'
import { runProgram } from '../../../../../shared/adapters/system/run-program.ts'
import { Fault, type FaultCode } from '../../../../../shared/base/fault.ts'
import { recordingLogger } from '../../../../support/recording-logger.ts'

it.each<[FaultCode, number]>([
  ['CONFIG_INVALID', 2],
  ['FILE_UNREADABLE', 2],
  ['WORKFLOW_INVALID', 2],
  ['STORE_UNSAFE', 2],
  ['STORE_REFUSED', 1],
  ['TRANSPORT_REFUSED', 1],
])('a program that cannot start because of %s ends with %i, and says why', async (code, endCode) => {
  const logger = { ...recordingLogger(), flush: async () => {} }
  let stops = 0
  const program = {
    name: 'program',
    start: () => Promise.reject(new Fault(code, 'no')),
    stop: async () => void stops++,
  }
  expect(await runProgram({ logger, make: async () => program })).toBe(endCode)
  expect(stops).toBe(1)
  expect(logger.lines).toEqual([
    { level: 'error', message: 'the program must end', fields: { error: 'no', code } },
  ])
})
