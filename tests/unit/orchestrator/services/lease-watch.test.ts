// What a dead worker held, and what nobody picked up, is announced anew; what is alive is left alone.

import { beforeEach, describe, expect, it } from 'vitest'
import type { LeaseBook } from '../../../../orchestrator/ports/lease-book.ts'
import { LeaseWatch } from '../../../../orchestrator/services/lease-watch.ts'
import type { Work } from '../../../../orchestrator/services/live-runs.ts'
import { Fault, type FaultCode } from '../../../../shared/base/fault.ts'
import { silentLogger } from '../../../../shared/ports/logger.ts'
import { MemoryAttemptLedger } from '../../../../workers/adapters/memory/memory-attempt-ledger.ts'
import { type Replica, ReplicaBench, realPlanOf } from '../../../support/replica-bench.ts'
import { serviceStorm } from '../../../support/service-storm.ts'
import { Strikes } from '../../../support/strikes.ts'

const chain = realPlanOf({ a: [], b: ['a'] })
const key = (objectId: string, attempt = 1, runId = 'run-1') => ({ runId, objectId, attempt })
const leaseMs = 10_000
/** Longer than the watch takes to trust the ledger after its start. */
const warmMs = 10_000

let bench: ReplicaBench
let replica: Replica
let ledger: MemoryAttemptLedger
let calls: Record<'expired' | 'forget' | 'holders', Strikes>
let watch: LeaseWatch

beforeEach(() => {
  bench = new ReplicaBench()
  replica = bench.replica()
  ledger = new MemoryAttemptLedger(() => bench.clock.nowMs())
  calls = { expired: new Strikes(), forget: new Strikes(), holders: new Strikes() }
  watch = watchOf(replica.conductor)
})

function watchOf(conductor: Pick<Replica['conductor'], 'submit' | 'live'>): LeaseWatch {
  const leases: Pick<LeaseBook, 'expired' | 'forget' | 'holders'> = {
    expired: (...given) => calls.expired.call(() => ledger.expired(...given)),
    forget: (...given) => calls.forget.call(() => ledger.forget(...given)),
    holders: (...given) => calls.holders.call(() => ledger.holders(...given)),
  }
  return new LeaseWatch({ leases, conductor, clock: bench.clock, logger: replica.logger })
}

const deadNow = () => ledger.expired(bench.clock.nowMs(), 100)

describe('the watch of leases', () => {
  it('has the object of a dead worker announced anew within three seconds of the end of its lease', async () => {
    await watch.start()
    await bench.clock.advance(warmMs)
    await replica.open('run-1', chain)
    await ledger.claim([key('a')], 'dead', leaseMs)
    await bench.clock.advance(leaseMs + 500)
    expect(bench.announced()).toEqual(['a#1'])
    await bench.clock.advance(2_500)
    expect(bench.announced()).toEqual(['a#1', 'a#2'])
    expect(await deadNow()).toEqual([])
    await bench.clock.advance(60_000)
    expect(bench.announced()).toEqual(['a#1', 'a#2'])
  })

  it('leaves alone what is renewed, and what is answered', async () => {
    await watch.start()
    await replica.open('run-1', realPlanOf({ a: [], b: [] }))
    await ledger.claim([key('a'), key('b')], 'alive', leaseMs)
    await ledger.finish([{ key: key('b'), answer: 'x' }], 60_000)
    for (let time = 0; time < 20; time++) {
      await bench.clock.advance(3_000)
      await ledger.renew([key('a')], 'alive', leaseMs)
    }
    expect(bench.announced()).toEqual(['a#1', 'b#1'])
  })

  it('forgets leases of attempts that are no longer current, and of runs and objects that nobody knows', async () => {
    await replica.open('run-1', chain)
    replica.loaded('run-1', 'a')
    replica.submit('run-1', { kind: 'lost', objectId: 'b', attempt: 1, cause: 'restarted' })
    const strangers = [key('a'), key('b', 1), key('nobody'), key('a', 1, 'no run')]
    await ledger.claim(strangers, 'dead', 1)
    await watch.start()
    await bench.clock.advance(warmMs)
    expect(await deadNow()).toEqual([])
    expect(bench.announced()).toEqual(['a#1', 'b#1', 'b#2'])
  })

  it('asks about an attempt once while it is being decided', async () => {
    const works: Work[] = []
    watch = watchOf({ live: [], submit: (_, work) => void works.push(work) })
    await ledger.claim([key('a')], 'dead', 1)
    await watch.start()
    await bench.clock.advance(60_000)
    expect(works.map(({ input }) => input)).toEqual([
      { kind: 'lost', objectId: 'a', attempt: 1, cause: 'lease-expired' },
    ])
    expect(await deadNow()).toHaveLength(1)
    works[0]?.settle([])
    await bench.clock.advance(2_000)
    expect(await deadNow()).toEqual([])
  })

  it('asks again after a while about what could not be decided', async () => {
    let asked = 0
    const submit = (_: string, work: Work) => {
      asked++
      work.refuse(new Fault('RUN_CORRUPT' satisfies FaultCode, 'no'))
    }
    watch = watchOf({ live: [], submit })
    await ledger.claim([key('a')], 'dead', 1)
    await watch.start()
    await bench.clock.advance(40_000)
    expect(asked).toBeGreaterThan(1)
    expect(asked).toBeLessThan(6)
    expect(await deadNow()).toHaveLength(1)
  })

  it('lets no run that cannot decide keep it from the others, however much of it is dead', async () => {
    const lost: string[] = []
    const submit = (runId: string, work: Work) => {
      if (runId === 'ill') return work.refuse(new Fault('RUN_CORRUPT' satisfies FaultCode, 'no'))
      lost.push(runId)
      work.settle([])
    }
    watch = watchOf({ live: [], submit })
    const ill = Array.from({ length: 20_000 }, (_, index) => key(`${index}`, 1, 'ill'))
    await ledger.claim(ill, 'dead', 1)
    await bench.clock.advance(1_000)
    await ledger.claim([key('a')], 'dead', 1)
    await watch.start()
    await bench.clock.advance(warmMs)
    expect(lost).toEqual(['run-1'])
  })

  it.each(['expired', 'forget', 'holders'] as const)(
    'goes on when the ledger does not answer (%s)',
    async (call) => {
      await watch.start()
      await bench.clock.advance(warmMs)
      await replica.open('run-1', chain, { pickup_timeout_ms: 5_000 })
      calls[call].begin()
      await ledger.claim([key('a')], 'dead', 1)
      await bench.clock.advance(30_000)
      calls[call].end()
      await bench.clock.advance(30_000)
      expect(bench.announced().slice(0, 2)).toEqual(['a#1', 'a#2'])
      expect(replica.logger.messages('warn').length).toBeGreaterThan(0)
      expect(await deadNow()).toEqual([])
    },
  )

  it('gives owners time to come back after the ledger was away, as they could not renew their leases', async () => {
    await watch.start()
    await bench.clock.advance(warmMs)
    await replica.open('run-1', chain)
    await ledger.claim([key('a')], 'cut off', leaseMs)
    calls.expired.begin()
    await bench.clock.advance(30_000)
    calls.expired.end()
    await bench.clock.advance(4_000)
    await ledger.renew([key('a')], 'cut off', 600_000)
    await bench.clock.advance(60_000)
    expect(bench.announced()).toEqual(['a#1'])
  })

  it('gives owners time after its own start, too', async () => {
    await replica.open('run-1', chain)
    await ledger.claim([key('a')], 'cut off', 1)
    await watch.start()
    await bench.clock.advance(4_000)
    expect(bench.announced()).toEqual(['a#1'])
    await bench.clock.advance(4_000)
    expect(bench.announced()).toEqual(['a#1', 'a#2'])
  })
})

describe('what nobody picks up', () => {
  it('is announced anew after its time, and not before', async () => {
    await watch.start()
    await bench.clock.advance(warmMs)
    await replica.open('run-1', chain, { pickup_timeout_ms: 20_000 })
    await bench.clock.advance(19_000)
    expect(bench.announced()).toEqual(['a#1'])
    await bench.clock.advance(3_000)
    expect(bench.announced()).toEqual(['a#1', 'a#2'])
  })

  it('waits for ever where nobody says how long it may', async () => {
    await watch.start()
    await replica.open('run-1', chain)
    await bench.clock.advance(3_600_000)
    expect([bench.announced(), calls.holders.calls]).toEqual([['a#1'], 0])
  })

  it('is not what somebody works on, or has answered, and they are asked for now and then only', async () => {
    await watch.start()
    await replica.open('run-1', realPlanOf({ a: [], b: [] }), { pickup_timeout_ms: 2_000 })
    await ledger.claim([key('a'), key('b')], 'alive', 3_600_000)
    await ledger.finish([{ key: key('b'), answer: 'x' }], 3_600_000)
    await bench.clock.advance(100_000)
    expect(bench.announced()).toEqual(['a#1', 'b#1'])
    expect(calls.holders.calls).toBeLessThan(12)
  })

  it('is looked for in bounded portions, and what waits longest first', async () => {
    const wide = realPlanOf(
      Object.fromEntries(Array.from({ length: 2_500 }, (_, index) => [`o${index}`, []])),
    )
    await watch.start()
    await bench.clock.advance(warmMs)
    await replica.open('run-1', wide, { pickup_timeout_ms: 2_000 })
    await bench.clock.advance(2_900)
    const again = () => bench.announced().filter((name) => name.endsWith('#2')).length
    expect(again()).toBe(1_000)
    await bench.clock.advance(2_000)
    expect(again()).toBe(2_500)
    expect(bench.announced().filter((name) => name.endsWith('#3'))).toHaveLength(500)
  })
})

serviceStorm('the watch of leases', () => {
  const clock = new ReplicaBench().clock
  const leases = { expired: async () => [], forget: async () => {}, holders: async () => [] }
  const conductor = { live: [], submit: () => {} }
  const service = new LeaseWatch({ leases, conductor, clock, logger: silentLogger })
  return { service, isRunning: () => clock.waiting > 0 }
})
