// Runs share a build, the one that announced it was cancelled, and a rebuild restores both: who waits is not forgotten.

import { describe, expect, it } from 'vitest'
import { ingestionHouse } from '../../support/ingestion-house.ts'
import { openRequest, realPlanOf } from '../../support/replica-bench.ts'
import { gate } from '../../support/zone-bench.ts'

const plan = realPlanOf({ a: [] })

/** The `owner` has announced the object and is cancelled, the other one has joined it and waits; the load is under way. */
async function underWay(owner: string, joined: string) {
  const { loader, ...loads } = gate()
  const house = await ingestionHouse(loader)
  const { clock } = house.bench
  for (const runId of [owner, joined]) {
    await house.orchestrator.opener.open(openRequest(runId, plan, { businessDate: '2026-01-01' }))
    await clock.advance(1_000)
  }
  const input = { kind: 'cancel', reason: 'a test wants it' } as const
  house.orchestrator.conductor.submit(owner, { input, settle: () => {}, refuse: () => {} })
  await clock.advance(2_000)
  expect(loads.calls.map(({ signal }) => signal.aborted)).toEqual([false])
  return { ...house, loads }
}

// Runs are restored in the order of the journal's partitions, which the ids decide.
describe.each([
  ['run-1', 'run-2'],
  ['run-2', 'run-1'],
])('when %s is cancelled and %s waits', (owner, joined) => {
  it('a rebuild that finds the registry of builds revokes nothing that is waited for', async () => {
    const { bench, store, loads, stop } = await underWay(owner, joined)
    store.lose()
    await bench.clock.advance(60_000)
    expect(loads.calls.map(({ signal }) => signal.aborted)).toEqual([false])
    loads.open('a')
    await bench.clock.advance(5_000)
    expect(await store.summary(joined)).toMatchObject({ state: 'succeeded' })
    await stop()
  })

  it('a rebuild that has lost the registry too gives up the old load, and who waits has its own', async () => {
    const { bench, store, builds, loads, stop } = await underWay(owner, joined)
    for (const lost of [store, builds, bench.ledger]) lost.lose()
    await bench.clock.advance(60_000)
    expect(loads.calls.map(({ signal }) => signal.aborted)).toEqual([true, false])
    loads.open('a')
    loads.open('a')
    await bench.clock.advance(60_000)
    expect(await store.summary(joined)).toMatchObject({ state: 'succeeded' })
    await stop()
  })

  it('a rebuild revokes what the cancelled one has announced when the last has left too', async () => {
    const { bench, store, orchestrator, loads, stop } = await underWay(owner, joined)
    store.lose()
    await bench.clock.advance(60_000)
    const input = { kind: 'cancel', reason: 'a test wants it' } as const
    orchestrator.conductor.submit(joined, { input, settle: () => {}, refuse: () => {} })
    await bench.clock.advance(60_000)
    expect(loads.calls.map(({ signal }) => signal.aborted)).toEqual([true])
    await stop()
  })
})
