// A run that joined a build is looked after by the attempt that was announced for it, and nobody stops what others wait for.

import { beforeEach, expect, it } from 'vitest'
import { MemoryBuildRegistry } from '../../../../orchestrator/adapters/memory/memory-build-registry.ts'
import type { Run } from '../../../../orchestrator/core/run/run.ts'
import type { RunInput } from '../../../../orchestrator/core/run/run-input.ts'
import type { AttemptName } from '../../../../orchestrator/ports/lease-book.ts'
import { BuildDesk } from '../../../../orchestrator/services/build-desk.ts'
import { BuildLeases } from '../../../../orchestrator/services/build-leases.ts'
import { VirtualClock } from '../../../../shared/adapters/memory/virtual-clock.ts'
import { silentLogger } from '../../../../shared/ports/logger.ts'
import { planOf } from '../../../support/plan-of.ts'
import { open, runAfter } from '../../../support/run-spec.ts'

const plan = planOf({ o: [] })
const dated = runAfter(plan, [{ ...open(), businessDate: '2026-11-21' } as RunInput])
const of = (runId: string, attempt = 1): AttemptName => ({ runId, objectId: 'o', attempt })

let registry: MemoryBuildRegistry
let runs: Map<string, Run | undefined>
let revoked: AttemptName[]
let forgotten: AttemptName[]
let leases: BuildLeases

beforeEach(() => {
  registry = new MemoryBuildRegistry(() => 0)
  revoked = []
  forgotten = []
  runs = new Map([
    ...['one', 'two', 'three'].map((id) => [id, dated] as const),
    ['bare', runAfter(plan, [open()])],
    ['unread', undefined],
  ])
  const parts = { clock: new VirtualClock(), random: () => 0.5, logger: silentLogger }
  leases = new BuildLeases({
    leases: {
      expired: async () => [of('dead')],
      forget: async (attempts) => void forgotten.push(...attempts),
      holders: async (attempts) =>
        attempts.map(({ runId }) => ({ kind: 'held', owner: `worker of ${runId}`, untilMs: 1 })),
      revoke: async (attempts) => void revoked.push(...attempts),
    },
    desk: new BuildDesk({ ...parts, builds: registry, conductor: { submit: () => {} } }),
    live: () => [...runs].map(([id, run]) => ({ id, run })),
  })
})

const group = '2026-11-21 default'
const givenUp = (runId: string) => ({ ...of(runId), group })
const claim = (...attempts: readonly AttemptName[]) =>
  registry.claim(
    group,
    attempts.map((attempt) => ({ build: 'work', commit: 'x.1', ...attempt })),
  )

it('says of each attempt who works for it, whoever was announced', async () => {
  await claim(of('one'), of('two'))
  const asked = ['two', 'bare', 'unread', 'one', 'unknown'].map((runId) => of(runId))
  const workers = (await leases.holders(asked)).map((holder) => holder.kind === 'held' && holder.owner)
  expect(workers).toEqual(['one', 'bare', 'unread', 'one', 'unknown'].map((runId) => `worker of ${runId}`))
})

it('revokes an attempt when the last who waits for it gives it up, and not before', async () => {
  await claim(of('one'), of('two'), of('three'))
  await leases.revoke([givenUp('one')])
  await leases.revoke([givenUp('two')])
  expect(revoked).toEqual([])
  await leases.revoke([givenUp('three')])
  expect(revoked).toEqual([of('one')])
})

it('revokes what is shared with nobody at once, whether its run is in memory or not', async () => {
  await claim(of('one'), of('two'))
  const bare = ['bare', 'unread', 'forgotten'].map((runId) => ({ ...of(runId), group: undefined }))
  await leases.revoke([givenUp('one'), ...bare, givenUp('also forgotten')])
  expect(revoked.map(({ runId }) => runId).toSorted()).toEqual([
    ...['also forgotten', 'bare', 'forgotten', 'unread'],
  ])
})

it('has nothing to say of leases that ran out', async () => {
  expect(await leases.expired(1, 1)).toEqual([of('dead')])
  await leases.forget([of('dead')])
  expect(forgotten).toEqual([of('dead')])
})
