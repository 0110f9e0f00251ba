// Store and ledger are emptied, and Kafka delivers Ready events again that were answered long ago: they are not loaded again.

import { expect, it } from 'vitest'
import { ingestionHouse } from '../../support/ingestion-house.ts'
import { openRequest, realPlanOf } from '../../support/replica-bench.ts'
import { gate, type ZoneBench } from '../../support/zone-bench.ts'

const plan = realPlanOf({ a: [], b: [], c: [] })

/** A run whose first object is loaded and whose second has failed once and is out again, without the worker that did it. */
async function underWay(request: Parameters<typeof openRequest>[2] = {}) {
  const first = gate()
  const house = await ingestionHouse(first.loader)
  const { bench, orchestrator, zone } = house
  await orchestrator.opener.open(openRequest('run-1', plan, request))
  await bench.clock.advance(1_000)
  first.open('a')
  first.fail('b', new Error('once'))
  await bench.clock.advance(5_000)
  await bench.stopped(zone)
  return house
}

function lost({ ledger }: ZoneBench, store: { lose(): void }): void {
  store.lose()
  ledger.lose()
}

it.each([
  ['a run that shares nothing', {}],
  ['a run that may share its builds', { businessDate: '2026-11-25' }],
])('%s does not load again what is decided, and what is out once', async (_, request) => {
  const { bench, store, builds, stop } = await underWay(request)
  builds.lose()
  lost(bench, store)
  await bench.clock.advance(10_000)
  // As Kafka does when a member dies whose oldest event was not complete: also what came behind it.
  await bench.announce(['a', 'b'], { attempt: 1 })
  const second = gate()
  const colleague = bench.zone(second.loader)
  await colleague.start()
  await bench.clock.advance(5_000)
  expect(second.calls.map(({ id }) => id).toSorted()).toEqual(['b', 'c'])
  for (const id of ['b', 'c']) second.open(id)
  await bench.clock.advance(5_000)
  expect(await store.summary('run-1')).toMatchObject({ state: 'succeeded' })
  expect(bench.unfinished()).toBe(0)
  await bench.stopped(colleague)
  await stop()
})

it('a run that said nothing for four hours is restored without: nothing of it is delivered again', async () => {
  const { bench, store, stop } = await underWay()
  await bench.clock.advance(5 * 3_600_000)
  lost(bench, store)
  await bench.clock.advance(10_000)
  const attempts = ['a', 'b', 'c'].map((objectId) => ({ runId: 'run-1', objectId, attempt: 1 }))
  const holders = await bench.ledger.holders(attempts)
  expect(holders.map(({ kind }) => kind)).toEqual(['free', 'free', 'free'])
  expect(await store.summary('run-1')).toMatchObject({ state: 'running' })
  await stop()
})
