// Timers of runs, looks at them, and what a stop leaves behind.

import { beforeEach, describe, expect, it } from 'vitest'
import { patient, type Replica, ReplicaBench, realPlanOf } from '../../../support/replica-bench.ts'

const chain = realPlanOf({ a: [], b: ['a'], c: ['b'] })
const pair = realPlanOf({ a: [], b: [] })

let bench: ReplicaBench
let one: Replica
let two: Replica

beforeEach(() => {
  bench = new ReplicaBench()
  one = bench.replica()
  two = bench.replica()
})

const open = { kind: 'open', tenant: 'default', policy: patient, reused: [] } as const
const wide = (size: number) =>
  realPlanOf(Object.fromEntries(Array.from({ length: size }, (_, index) => [`o${index}`, []])))

describe('a timer', () => {
  it('makes a retry due exactly then, in the replica that has the run', async () => {
    await one.open('run-1', chain, { backoff: { base_ms: 10_000, factor: 1, cap_ms: 10_000 } })
    const answer = one.failed('run-1', 'a')
    await bench.settle()
    const fact = answer.settled?.[0]
    const dueAtMs = fact?.type === 'object-retry-scheduled' ? fact.due_at_ms : 0
    expect(dueAtMs).toBeGreaterThan(bench.clock.nowMs())
    await bench.clock.advance(dueAtMs - bench.clock.nowMs() - 1)
    expect(bench.announced()).toEqual(['a#1'])
    await bench.clock.advance(1)
    expect(bench.announced()).toEqual(['a#1', 'a#2'])
  })

  it('fails an attempt at its deadline, and ends the run at its own', async () => {
    const policy = { max_retries: 0, answer_timeout_ms: 5_000, run_timeout_ms: 8_000 }
    await one.open('run-1', pair, policy)
    await bench.clock.advance(4_000)
    one.loaded('run-1', 'a')
    await bench.clock.advance(1_000)
    expect(await bench.facts()).toContain('object-failed b')
    await one.open('run-2', chain, { ...policy, answer_timeout_ms: null })
    await bench.clock.advance(8_000)
    expect(await bench.store.summary('run-2')).toMatchObject({ state: 'timed-out' })
  })

  it('is one a run, and none when nothing is due any more', async () => {
    await one.open('run-1', chain, { answer_timeout_ms: 60_000 })
    for (const id of ['a', 'b']) {
      one.loaded('run-1', id)
      await bench.clock.advance(10)
      expect(bench.clock.waiting).toBe(1)
    }
    one.loaded('run-1', 'c')
    await bench.clock.advance(10)
    expect(bench.clock.waiting).toBe(0)
  })
})

describe('attending a run', () => {
  it('resolves when what another replica left unpublished is out', async () => {
    await one.open('run-1', chain)
    one.calls.publish.begin('TRANSPORT_UNAVAILABLE')
    one.loaded('run-1', 'a')
    await bench.settle()
    await two.conductor.attend('run-1')
    expect(bench.journalled()).toEqual([1, 2])
    expect(await bench.store.read('run-1', 2)).toMatchObject({ relayed: 2 })
  })

  it('resolves also when there is no such run, and when the replica has stopped', async () => {
    await one.conductor.attend('nobody')
    await one.conductor.stop()
    await one.conductor.attend('run-1')
  })
})

describe('a stop', () => {
  it('finishes the decision under way, refuses what is queued, and takes no more', async () => {
    await one.open('run-1', chain)
    const release = one.calls.commit.hold()
    const underWay = one.loaded('run-1', 'a')
    await bench.settle()
    const queued = one.loaded('run-1', 'b')
    const stop = one.conductor.stop()
    const late = one.loaded('run-1', 'c')
    release()
    await stop
    await one.relay.drained()
    expect(underWay.settled).toHaveLength(2)
    expect([queued.refused?.code, late.refused?.code]).toEqual(['SHUTTING_DOWN', 'SHUTTING_DOWN'])
    expect(await bench.facts()).not.toContain('object-loaded b')
  })

  it.each(['commit', 'read'] as const)(
    'while the store does not answer (%s) refuses what it could not keep',
    async (call) => {
      await one.open('run-1', chain)
      two.calls[call].begin()
      const answer = two.loaded('run-1', 'a')
      await bench.clock.advance(10_000)
      await two.conductor.stop()
      expect(answer).toMatchObject({ refused: { code: 'SHUTTING_DOWN' }, ends: 1 })
      expect(bench.clock.waiting).toBe(0)
    },
  )

  it('while a large run waits for room in the relay does not wait for the broker', async () => {
    one.calls.publish.begin('TRANSPORT_UNAVAILABLE')
    one.submit('run-1', open, wide(10_000))
    await bench.clock.advance(1_000)
    let isStopped = false
    void one.conductor.stop().then(() => {
      isStopped = true
    })
    await bench.settle()
    expect(isStopped).toBe(true)
  })

  it('lets no timer fire after it', async () => {
    await one.open('run-1', chain, { answer_timeout_ms: 1_000 })
    await one.conductor.stop()
    expect(bench.clock.waiting).toBe(0)
    await bench.clock.advance(10_000)
    expect(one.kept).toHaveLength(1)
  })
})
