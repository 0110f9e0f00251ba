// dlq show of a letter that more than one thing was done about.

import { afterEach, beforeEach, expect, it } from 'vitest'
import { type ApiHouse, apiHouse } from '../../support/api-house.ts'
import { type CommandEnd, millefeuille } from '../../support/command-line.ts'

let house: ApiHouse
beforeEach(async () => {
  house = await apiHouse()
  const objects = [{ id: '1001', zone: '1-Raw' }]
  await house.send('POST', '/api/v1/runs', { body: { objects, run_id: 'r', max_retries: 0 } })
})
afterEach(() => house.stop())

/** Runs a command while time goes by: a millisecond whenever nothing else is to be done. */
async function dlq(...args: readonly string[]): Promise<CommandEnd> {
  const env = { ORCHESTRATOR_URL: house.server.url }
  let isOver = false
  const over = millefeuille(['dlq', ...args], { env, clock: house.clock }).finally(() => {
    isOver = true
  })
  while (!isOver) {
    await new Promise((resolve) => setImmediate(resolve))
    await house.clock.advance(1)
  }
  return over
}

it('says who discarded what is tried again all the same, and why', async () => {
  await house.failed('r', '1001')
  const { entries } = (await dlq('list', '--json')).json() as { entries: { id: string }[] }
  const id = entries[0]?.id ?? 'none'
  await dlq('discard', id, '-m', 'no stock')
  await dlq('retry', id, '-m', 'it came')
  const { out } = await dlq('show', id)
  expect(out.split('\n').slice(-2)).toEqual([
    expect.stringMatching(/^before {4}discarded by .+ at 2026-11-21 05:00:0\d UTC: no stock$/),
    expect.stringMatching(/^state {5}retried by .+ at 2026-11-21 05:00:0\d UTC: it came$/),
  ])
  expect((await dlq('show', id, '--json')).json()).toMatchObject({
    resolved: { reason: 'it came' },
    resolved_before: [{ state: 'discarded', by: expect.any(String), reason: 'no stock', rerun: null }],
  })
})
