// What doctor ends with.

import { expect, it } from 'vitest'
import { fail, ok, warn } from '../../../tools/doctor/check.ts'
import type { ConsistencyReport } from '../../../tools/doctor/check-consistency.ts'
import { found } from '../../../tools/doctor/consistency/finding.ts'
import { exitCodeOfDoctor } from '../../../tools/doctor/exit-code.ts'

const well = [ok('kafka', 'answers'), warn('topic', 'has fewer partitions', 'add some')]
const down = fail('orchestrator', 'does not answer', 'start one')
const repair = { kind: 'rebuild' } as const
const missing = found('RUN_MISSING', {
  ...{ state: 'fail', subject: 'run r', message: 'Redis has nothing', advice: 'rebuild' },
  repair,
})

function endOf(changes: Partial<ConsistencyReport>, others = well) {
  const report = { check: ok('consistency', 'x'), isUnknownRun: false, findings: [], repairs: [], ...changes }
  return exitCodeOfDoctor([...others, report.check], report)
}
const stranger = { check: fail('consistency', 'nobody knows run r', 'look'), isUnknownRun: true }

it('is 0 when all is well, with warnings too, and when there was nothing to compare', () => {
  expect([endOf({}), exitCodeOfDoctor(well, undefined)]).toEqual([0, 0])
})

it('is 5 when a check fails, or what is broken was not mended', () => {
  expect(endOf({}, [down])).toBe(5)
  expect(endOf({ check: fail('consistency', 'it could not be looked at', 'ask again') })).toBe(5)
  expect(endOf({ findings: [missing] })).toBe(5)
  expect(endOf({ findings: [missing], repairs: [{ repair, outcome: 'done', message: 'rebuilt' }] })).toBe(0)
})

it('is 2 when only the run that was asked for is not known, as everywhere else', () => {
  expect(endOf(stranger)).toBe(2)
  expect(endOf(stranger, [down])).toBe(5)
})
