// What is over in a restored run is revoked: not what others wait for, and not all at once.

import { expect, it } from 'vitest'
import { MemoryBuildRegistry } from '../../../../orchestrator/adapters/memory/memory-build-registry.ts'
import type { AttemptName } from '../../../../orchestrator/ports/lease-book.ts'
import { OverRevoker } from '../../../../orchestrator/services/over-revoker.ts'
import { VirtualClock } from '../../../../shared/adapters/memory/virtual-clock.ts'
import { planOf } from '../../../support/plan-of.ts'
import { loaded, open, runAfter } from '../../../support/run-spec.ts'

const group = '2026-01-01 default'
const clock = new VirtualClock()

function bench() {
  const builds = new MemoryBuildRegistry(() => clock.nowMs())
  const calls: (readonly AttemptName[])[] = []
  const leases = { revoke: async (attempts: readonly AttemptName[]) => void calls.push(attempts) }
  return { builds, calls, revoker: new OverRevoker({ leases, builds, clock }) }
}

const said = (at_ms: number) =>
  JSON.stringify({ v: 1, id: 'c1', run_id: 'run-1', version: 1, at_ms, facts: [{ type: 'object-loaded' }] })

/** All objects of the plan were loaded by their first attempt. */
const done = (parents: Parameters<typeof planOf>[0], businessDate?: string) => {
  const opening = { ...open(), ...(businessDate === undefined ? {} : { businessDate }) }
  return runAfter(planOf(parents), [
    opening,
    { kind: 'dispatch', limit: 5_000 },
    ...Object.keys(parents).map((id) => loaded(id, 1)),
  ])
}

it('no call has more than a thousand attempts', async () => {
  const { revoker, calls } = bench()
  const run = done(Object.fromEntries(Array.from({ length: 2_500 }, (_, index) => [`o${index}`, []])))
  await revoker.revoke(run, [said(clock.nowMs())])
  expect(calls.map(({ length }) => length)).toEqual([1_000, 1_000, 500])
})

it('an attempt that another run has joined is left alone, and the others are revoked', async () => {
  const { revoker, builds, calls } = bench()
  const run = done({ a: [], b: [] }, '2026-01-01')
  const claim = { build: 'a', objectId: 'a', attempt: 1, commit: 'c1' }
  await builds.claim(group, [
    { ...claim, runId: run.id },
    { ...claim, runId: 'other' },
  ])
  await revoker.revoke(run, [said(clock.nowMs())])
  expect(calls).toEqual([[{ runId: run.id, objectId: 'b', attempt: 1 }]])
})

it('of a run that said nothing for four hours nothing is revoked', async () => {
  const { revoker, calls } = bench()
  await revoker.revoke(done({ a: [] }), [said(clock.nowMs() - 5 * 3_600_000)])
  expect(calls).toEqual([])
})
