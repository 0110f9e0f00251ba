// Opening is idempotent by run id, and says truly who opened the run.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MemoryBuildRegistry } from '../../../../orchestrator/adapters/memory/memory-build-registry.ts'
import { MemoryLoadRegistry } from '../../../../orchestrator/adapters/memory/memory-load-registry.ts'
import { Restorer } from '../../../../orchestrator/services/restorer.ts'
import { RunOpener } from '../../../../orchestrator/services/run-opener.ts'
import { MemoryBroker } from '../../../../shared/adapters/memory/memory-broker.ts'
import { MemoryTransport } from '../../../../shared/adapters/memory/memory-transport.ts'
import { defaultTopics } from '../../../../shared/events/topics.ts'
import { silentLogger } from '../../../../shared/ports/logger.ts'
import { MemoryAttemptLedger } from '../../../../workers/adapters/memory/memory-attempt-ledger.ts'
import { type ApiHouse, apiHouse } from '../../../support/api-house.ts'
import { openRequest, ReplicaBench, realPlanOf } from '../../../support/replica-bench.ts'

const objects = [{ id: 'a', layer: 1000 }]

describe('opening a run', () => {
  let house: ApiHouse

  beforeEach(async () => {
    house = await apiHouse()
  })
  afterEach(() => house.stop())

  const open = (body: object) => house.send('POST', '/api/v1/runs', { body })

  it('tells one of those who ask for the same id at the same time that it was opened, the others that it exists', async () => {
    const replies = await Promise.all(Array.from({ length: 5 }, () => open({ objects, run_id: 'one' })))
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 201])
    expect(replies.filter(({ json }) => json?.opened === true)).toHaveLength(1)
    const journalled = house.published.filter(({ value }) => `${value}`.includes('"run-opened"'))
    expect(journalled).toHaveLength(1)
  })

  it('does not let runs of different ids wait for each other', async () => {
    const replies = await Promise.all(['one', 'two'].map((id) => open({ objects, run_id: id })))
    expect(replies.map(({ status }) => status)).toEqual([201, 201])
  })
})

it('does not say that a run exists whose opening is lost while it looks', async () => {
  const bench = new ReplicaBench()
  const replica = bench.replica()
  const plan = realPlanOf({ a: [] })
  await replica.open('run-1', plan)
  const { clock, store } = bench
  // The broker has none of what the replica published: nobody can restore the run.
  const transport = new MemoryTransport(new MemoryBroker({ clock }))
  const summary: typeof store.summary = async (runId) => {
    const seen = await store.summary(runId)
    if (seen !== undefined) store.lose()
    return seen
  }
  const watched = { ...replica.store, summary }
  const parts = { transport, clock, logger: silentLogger, random: () => 0.5 }
  const leases = new MemoryAttemptLedger(() => clock.nowMs())
  const builds = new MemoryBuildRegistry(() => clock.nowMs())
  const lookedAt = { recovery: store, store: watched, leases, builds }
  const restorer = new Restorer({ ...parts, ...lookedAt, journal: defaultTopics.journal })
  const { conductor } = bench.replica()
  const registry = new MemoryLoadRegistry()
  const names = { topics: defaultTopics, timeZone: 'UTC' }
  const opener = new RunOpener({ ...parts, ...names, store: watched, registry, conductor, restorer })
  expect(await opener.open(openRequest('run-1', plan))).toBe('opened')
})
