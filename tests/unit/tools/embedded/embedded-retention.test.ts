// What ended long ago leaves memory and disk, and nothing else does.

import { expect, it } from 'vitest'
import { MemoryRunStore } from '../../../../orchestrator/adapters/memory/memory-run-store.ts'
import type { RunSummary } from '../../../../orchestrator/ports/run-store.ts'
import { VirtualClock } from '../../../../shared/adapters/memory/virtual-clock.ts'
import { defaultTopics } from '../../../../shared/events/topics.ts'
import { silentLogger } from '../../../../shared/ports/logger.ts'
import { EmbeddedRetention } from '../../../../tools/embedded/embedded-retention.ts'

const aDayMs = 86_400_000

function summary(runId: string, plan: string, endedAtMs: number | null): RunSummary {
  const ended = { loaded: 0, failed: 0, blocked: 0, reused: 0, cancelled: 0 }
  return {
    ...{ runId, plan, endedAtMs, state: endedAtMs === null ? 'running' : 'succeeded', tenant: 't' },
    ...{ workflow: null, businessDate: null, objects: 0, openedAtMs: 0 },
    counts: { waiting: 0, ready: 0, ...ended },
  }
}

async function keep(store: MemoryRunStore, runId: string, plan: string, endedAtMs: number | null) {
  await store.savePlan(plan, [plan])
  const record = JSON.stringify({ v: 1, id: runId, facts: [] })
  const commit = { runId, basedOn: 0, id: runId, prev: undefined, record, failures: [] }
  await store.commit({ ...commit, summary: summary(runId, plan, endedAtMs), dueAtMs: 0 })
}

it('forgets runs a week after their end, and plans that nobody has any more', async () => {
  const clock = new VirtualClock()
  const store = new MemoryRunStore(() => clock.nowMs())
  await keep(store, 'old', 'shared', clock.nowMs() - aDayMs)
  await keep(store, 'older', 'own', clock.nowMs() - 8 * aDayMs)
  await keep(store, 'open', 'shared', null)
  const parts = { store, kept: undefined, topics: defaultTopics, clock, logger: silentLogger }
  const retention = new EmbeddedRetention(parts)
  await retention.start()
  const left = async () => (await store.list({ limit: 10 })).map(({ runId }) => runId).sort()
  expect(await left()).toEqual(['old', 'open'])
  expect(await store.loadPlan('own')).toBeUndefined()
  await clock.advance(6.5 * aDayMs)
  expect(await left()).toEqual(['open'])
  expect(await store.loadPlan('shared')).toEqual(['shared'])
  await retention.stop()
  expect(clock.waiting).toBe(0)
})

it('touches nothing while the store is not whole', async () => {
  const clock = new VirtualClock()
  const store = new MemoryRunStore(() => clock.nowMs())
  await keep(store, 'older', 'own', 0)
  await store.begin('rebuild', 'somebody', true)
  const parts = { store, kept: undefined, topics: defaultTopics, clock, logger: silentLogger }
  const retention = new EmbeddedRetention(parts)
  await retention.start()
  await retention.stop()
  expect(await store.list({ limit: 10 })).toHaveLength(1)
})
