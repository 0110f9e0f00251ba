// start that cannot: what is wrong is said once, all of it, and last.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { millefeuille } from '../../support/command-line.ts'

const wrong = { PORT: 'abc', MAX_WORKERS: '0', LOG_LEVEL: 'loud' }

it.each([['start'], ['run tools/samples']])(
  '%s names every wrong variable of orchestrator and zones at once, each once, and prints nothing else',
  async (command) => {
    const { code, out, err } = await millefeuille(command.split(' '), { env: wrong })
    expect([code, out]).toEqual([2, ''])
    const lines = err.split('\n')
    expect(lines[0]).toBe('error CONFIG_INVALID: the configuration is wrong:')
    expect(lines.slice(1).map((line) => line.trim().split(':')[0])).toEqual([
      'PORT=abc',
      'LOG_LEVEL=loud',
      'MAX_WORKERS=0',
    ])
  },
)

it('reads no variable of the zones where they are programs of their own', async () => {
  const { err } = await millefeuille(['start'], { env: { ...wrong, KAFKA_BOOTSTRAP: 'kafka:9092' } })
  expect(err).toContain('PORT=abc')
  expect(err).not.toContain('MAX_WORKERS')
})

it('start on a port that is taken ends with 2 and says so last', async () => {
  const taken = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => taken.once('listening', resolve))
  onTestFinished(() => void taken.close())
  const { port } = taken.address() as AddressInfo
  const env = { PORT: String(port), LOG_LEVEL: 'error', SCHEDULE_CATCH_UP: 'none' }
  const { code, err } = await millefeuille(['start'], { env })
  expect(code).toBe(2)
  expect(err.split('\n').at(-1)).toMatch(new RegExp(`^error CONFIG_INVALID: PORT=${port}: another process`))
})
