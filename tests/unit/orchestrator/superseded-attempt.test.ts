// After a store has lost the commit that announced an attempt, that attempt has the fence of the zone's ledger: the run goes on.

import { expect, it } from 'vitest'
import { ingestionHouse } from '../../support/ingestion-house.ts'
import { openRequest, patient, realPlanOf } from '../../support/replica-bench.ts'
import { gate, readyEvent } from '../../support/zone-bench.ts'

const plan = realPlanOf({ a: [] })
const second = { runId: 'run-1', objectId: 'a', attempt: 2 }

async function house() {
  const { loader, calls, open } = gate()
  const { bench, store, orchestrator, stop } = await ingestionHouse(loader)
  const opened = () =>
    orchestrator.opener.open(openRequest('run-1', plan, { policy: { ...patient, max_retries: 0 } }))
  const ended = async () => (await store.summary('run-1'))?.state
  return { bench, calls, open, opened, ended, stop }
}

it('what the lost attempt had answered is said again, and nothing is loaded twice', async () => {
  const { bench, calls, opened, ended, stop } = await house()
  await bench.ledger.claim([second], 'another', 60_000)
  const { run_id, attempt } = { run_id: 'run-1', attempt: 2 }
  const { id, zone } = readyEvent({ id: 'a' })
  const answer = { event: 'ObjectLoaded', v: 1, id, status: 'loaded', zone, info: 'x', run_id, attempt }
  await bench.ledger.finish([{ key: second, answer: JSON.stringify(answer) }], 3_600_000)
  await opened()
  await bench.clock.advance(5_000)
  expect([await ended(), calls.length]).toEqual(['succeeded', 0])
  await stop()
})

it('while somebody still works on it nobody else begins it, and when he is dead it is loaded once', async () => {
  const { bench, calls, open, opened, ended, stop } = await house()
  await bench.ledger.claim([second], 'another', 60_000)
  await opened()
  await bench.clock.advance(50_000)
  expect([await ended(), calls.length]).toEqual(['running', 0])
  await bench.clock.advance(30_000)
  expect(calls).toHaveLength(1)
  open('a')
  await bench.clock.advance(1_000)
  expect([await ended(), calls.length]).toEqual(['succeeded', 1])
  await stop()
})
