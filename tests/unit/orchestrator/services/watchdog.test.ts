// What a dead replica left behind is taken over after the grace and not before.

import { beforeEach, describe, expect, it } from 'vitest'
import { Watchdog } from '../../../../orchestrator/services/watchdog.ts'
import { Fault } from '../../../../shared/base/fault.ts'
import { type Replica, ReplicaBench, realPlanOf } from '../../../support/replica-bench.ts'
import { wholeStore } from '../../../support/whole-store.ts'

const chain = realPlanOf({ a: [], b: ['a'], c: ['b'] })

let bench: ReplicaBench
let dead: Replica
let alive: Replica
let watchdog: Watchdog
let beats: number

beforeEach(() => {
  bench = new ReplicaBench()
  dead = bench.replica()
  alive = bench.replica()
  beats = 0
  watchdog = watchdogOf(alive)
})

const beat = () => {
  beats++
}

function watchdogOf(
  { conductor, logger }: Replica,
  store: Pick<Replica['store'], 'needingAttention'> = bench.store,
) {
  return new Watchdog({ store, conductor, restorer: wholeStore, clock: bench.clock, logger, beat })
}

/** Looks are one second apart; the grace is two. */
const graceMs = 2_000
const lookMs = 1_000

describe('the watchdog', () => {
  it('has a retry made that is due in a replica that died, after the grace and not before', async () => {
    await dead.open('run-1', chain, { backoff: { base_ms: 10_000, factor: 1, cap_ms: 10_000 } })
    const answer = dead.failed('run-1', 'a')
    await bench.settle()
    const fact = answer.settled?.[0]
    const dueAtMs = fact?.type === 'object-retry-scheduled' ? fact.due_at_ms : 0
    await dead.conductor.stop()
    await watchdog.start()
    await bench.clock.advance(dueAtMs - bench.clock.nowMs() + graceMs - 1)
    expect(bench.announced()).toEqual(['a#1'])
    await bench.clock.advance(lookMs)
    expect(bench.announced()).toEqual(['a#1', 'a#2'])
  })

  it('has published what was kept and never published, after the grace and not before', async () => {
    await dead.open('run-1', chain)
    dead.calls.publish.begin('TRANSPORT_UNAVAILABLE')
    dead.loaded('run-1', 'a')
    await bench.settle()
    await dead.conductor.stop()
    await watchdog.start()
    await bench.clock.advance(graceMs)
    expect(bench.journalled()).toEqual([1])
    await bench.clock.advance(lookMs)
    expect(bench.journalled()).toEqual([1, 2])
    expect(bench.announced()).toEqual(['a#1', 'b#1'])
  })

  it('has the opening of a large run finished that was cut off', async () => {
    const wide = realPlanOf(
      Object.fromEntries(Array.from({ length: 1_200 }, (_, index) => [`o${index}`, []])),
    )
    dead.calls.commit.first(async () => {})
    dead.calls.commit.first(() => new Promise(() => {}))
    void dead.open('run-1', wide)
    await bench.settle()
    expect(bench.announced()).toHaveLength(500)
    await watchdog.start()
    await bench.clock.advance(5_000 + graceMs - 1)
    expect(bench.announced()).toHaveLength(500)
    await bench.clock.advance(lookMs)
    expect(new Set(bench.announced()).size).toBe(1_200)
    expect(bench.announced()).toHaveLength(1_200)
  })

  it('leaves runs alone that have nothing due, or are worked on in time', async () => {
    await dead.open('run-1', chain, { answer_timeout_ms: 3_600_000 })
    await watchdog.start()
    await bench.clock.advance(60_000)
    expect(alive.calls.read.calls).toBe(0)
    expect(beats).toBe(60)
  })

  it('goes on looking, and says so, while the store does not answer', async () => {
    let isAway = true
    const needingAttention = async () => {
      if (isAway) throw new Fault('STORE_UNAVAILABLE', 'away')
      return ['run-1']
    }
    await dead.open('run-1', chain)
    watchdog = watchdogOf(alive, { needingAttention })
    await watchdog.start()
    await bench.clock.advance(5_000)
    expect(alive.logger.messages('warn')).toHaveLength(5)
    expect(beats).toBe(5)
    isAway = false
    await bench.clock.advance(1_000)
    expect(alive.calls.read.calls).toBeGreaterThan(0)
  })

  it('rests after a stop, which waits for the look under way', async () => {
    const look = Promise.withResolvers<readonly string[]>()
    watchdog = watchdogOf(alive, { needingAttention: () => look.promise })
    await watchdog.start()
    await bench.clock.advance(1_000)
    let isStopped = false
    const stop = watchdog.stop().then(() => {
      isStopped = true
    })
    await bench.settle()
    expect(isStopped).toBe(false)
    look.resolve([])
    await stop
    expect(bench.clock.waiting).toBe(0)
  })

  it('looks once a second however often it is started and stopped', async () => {
    await watchdog.stop()
    await Promise.all([watchdog.start(), watchdog.start()])
    await bench.clock.advance(1_000)
    await Promise.all([watchdog.stop(), watchdog.start()])
    expect(bench.clock.waiting).toBe(1)
    beats = 0
    await bench.clock.advance(10_000)
    expect(beats).toBe(10)
    await watchdog.stop()
    await watchdog.stop()
    expect(bench.clock.waiting).toBe(0)
  })

  it('looks once a second also when it is started again while a look is under way', async () => {
    const look = Promise.withResolvers<readonly string[]>()
    let looks = 0
    watchdog = watchdogOf(alive, {
      needingAttention: () => (looks++ === 0 ? look.promise : Promise.resolve([])),
    })
    await watchdog.start()
    await bench.clock.advance(1_000)
    const stop = watchdog.stop()
    await watchdog.start()
    look.resolve([])
    await stop
    await bench.settle()
    expect(bench.clock.waiting).toBe(1)
  })
})
