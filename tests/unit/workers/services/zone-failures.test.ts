// What a zone does when the ledger, the broker, or a colleague of it fails: nothing is lost, and an attempt has one answer.

import { describe, expect, it } from 'vitest'
import { Fault } from '../../../../shared/base/fault.ts'
import { defaultTopics } from '../../../../shared/events/topics.ts'
import type { Delivery, Subscription } from '../../../../shared/ports/transport.ts'
import type { AttemptKey } from '../../../../workers/core/attempt.ts'
import type { Loader } from '../../../../workers/ports/loader.ts'
import { recordingLogger } from '../../../support/recording-logger.ts'
import {
  gate,
  instantLoader,
  ledgerWith,
  readyEvent,
  transportWith,
  ZoneBench,
} from '../../../support/zone-bench.ts'

const unavailable = async () => {
  throw new Fault('STORE_UNAVAILABLE', 'gone')
}
const key = { runId: 'run-1', objectId: '1001', attempt: 1 }

/** Somebody else has every lease. */
const losing = async (keys: readonly AttemptKey[]) =>
  keys.map((lost) => ({ key: lost, because: 'lost' as const }))

/** A function that fails so many times before it does what it should. */
function failingFirst<Args extends readonly unknown[], Value>(
  times: number,
  then: (...args: Args) => Promise<Value>,
) {
  let left = times
  return async (...args: Args): Promise<Value> => {
    if (left-- > 0) throw new Fault('STORE_UNAVAILABLE', 'gone')
    return then(...args)
  }
}

describe('a zone whose ledger or broker fails', () => {
  it.each([
    ['refuses', 'TRANSPORT_REFUSED', false],
    ['does not take', 'TRANSPORT_UNAVAILABLE', true],
  ] as const)('answers while the DLQ topic %s the letter of another record', async (_, code, isHeld) => {
    const bench = new ZoneBench()
    const logger = recordingLogger()
    const wire = bench.transport()
    const publish: typeof wire.publish = async (records) => {
      if (records.some(({ topic }) => topic === defaultTopics.dlq)) throw new Fault(code, 'not here')
      return wire.publish(records)
    }
    const zone = bench.zone(instantLoader, { transport: transportWith(wire, { publish }), logger })
    await zone.start()
    await bench.send(['no JSON', JSON.stringify(readyEvent())])
    await bench.clock.advance(10_000)
    expect(await bench.answers()).toHaveLength(1)
    expect(bench.unfinished() > 0).toBe(isHeld)
    expect(logger.messages('error')).toHaveLength(isHeld ? 0 : 1)
    await bench.stopped(zone)
  })

  it('claims, loads, marks, publishes and completes in this order', async () => {
    const bench = new ZoneBench()
    const steps: string[] = []
    const did = <Value>(step: string, value: Promise<Value>) => {
      steps.push(`${step}, ${bench.unfinished()} open`)
      return value
    }
    const wire = bench.transport()
    const zone = bench.zone(
      { name: 'recording', load: (ready) => did('load', instantLoader.load(ready, never)) },
      {
        ledger: ledgerWith(bench.ledger, {
          claim: (...args) => did('claim', bench.ledger.claim(...args)),
          finish: (...args) => did('mark', bench.ledger.finish(...args)),
        }),
        transport: transportWith(wire, { publish: (records) => did('publish', wire.publish(records)) }),
      },
    )
    await zone.start()
    await bench.announce(['1001'])
    await bench.clock.advance(10)
    expect(steps).toEqual(['claim, 1 open', 'load, 1 open', 'mark, 1 open', 'publish, 1 open'])
    expect(bench.unfinished()).toBe(0)
    await bench.stopped(zone)
  })

  it('asks the ledger again until it answers, says so, and loses nothing', async () => {
    const bench = new ZoneBench()
    const logger = recordingLogger()
    const claim = failingFirst(3, bench.ledger.claim.bind(bench.ledger))
    const finish = failingFirst(3, bench.ledger.finish.bind(bench.ledger))
    const zone = bench.zone(instantLoader, { ledger: ledgerWith(bench.ledger, { claim, finish }), logger })
    await zone.start()
    await bench.announce(['1001', '1002'])
    await bench.clock.advance(10_000)
    expect(await bench.answers()).toHaveLength(2)
    expect(bench.unfinished()).toBe(0)
    expect(logger.messages('warn')).toEqual([
      ...Array(3).fill('cannot claim attempts, trying again'),
      ...Array(3).fill('cannot mark attempts as done, trying again'),
    ])
    await bench.stopped(zone)
  })

  it('publishes again until the broker takes it, and completes nothing before', async () => {
    const bench = new ZoneBench()
    const wire = bench.transport()
    let isDown = true
    const publish: typeof wire.publish = async (records) => {
      if (isDown) throw new Fault('TRANSPORT_UNAVAILABLE', 'no broker')
      return wire.publish(records)
    }
    const zone = bench.zone(instantLoader, { transport: transportWith(wire, { publish }) })
    await zone.start()
    await bench.announce(['1001', '1002', '1003'])
    await bench.clock.advance(60_000)
    expect(bench.unfinished()).toBe(3)
    isDown = false
    await bench.clock.advance(10_000)
    expect(await bench.answers()).toHaveLength(3)
    expect(bench.unfinished()).toBe(0)
    await bench.stopped(zone)
  })

  it('says again what it had answered when the same event comes once more, without loading', async () => {
    const bench = new ZoneBench()
    const { loader, calls, open } = gate()
    const zone = bench.zone(loader)
    await zone.start()
    await bench.announce(['1001'])
    await bench.clock.advance(10)
    open('1001')
    await bench.clock.advance(10)
    await bench.announce(['1001'])
    await bench.clock.advance(10)
    expect(calls).toHaveLength(1)
    const [first, second] = await bench.records(defaultTopics.loaded)
    expect(second?.value?.toString()).toBe(first?.value?.toString())
    expect(bench.unfinished()).toBe(0)
    await bench.stopped(zone)
  })

  it('says again that an attempt failed on the topic of failures', async () => {
    const bench = new ZoneBench()
    await bench.ledger.finish([{ key, answer: '{"id":"1001","run_id":"run-1","status":"failed"}' }], 60_000)
    const zone = bench.zone(instantLoader)
    await zone.start()
    await bench.announce(['1001'])
    await bench.clock.advance(10)
    expect(await bench.answers()).toMatchObject([{ kind: 'failed' }])
    await bench.stopped(zone)
  })

  it('loads once, and completes both, when an event comes again while it is loaded', async () => {
    const bench = new ZoneBench()
    const { loader, calls, open } = gate()
    const zone = bench.zone(loader)
    await zone.start()
    await bench.announce(['1001'])
    await bench.clock.advance(10)
    await bench.announce(['1001'])
    await bench.clock.advance(10)
    open('1001')
    await bench.clock.advance(10)
    expect(calls).toHaveLength(1)
    expect(await bench.answers()).toHaveLength(1)
    expect(bench.unfinished()).toBe(0)
    await bench.stopped(zone)
  })

  it('answers anew whoever asks while an answer is on its way, for that one may have been heard too early', async () => {
    const bench = new ZoneBench()
    const real = bench.transport()
    const reply = Promise.withResolvers<void>()
    let calls = 0
    const publish: typeof real.publish = async (records) => {
      await real.publish(records)
      if (++calls === 1) await reply.promise
    }
    const zone = bench.zone(instantLoader, { transport: transportWith(real, { publish }) })
    await zone.start()
    await bench.announce(['1001'])
    await bench.clock.advance(10)
    await bench.announce(['1001'])
    await bench.clock.advance(10)
    expect(await bench.answers()).toHaveLength(1)
    reply.resolve()
    await bench.clock.advance(10)
    expect(await bench.answers()).toHaveLength(2)
    expect(bench.unfinished()).toBe(0)
    await bench.stopped(zone)
  })

  it('loads what a dead colleague held once its lease has run out, and not before', async () => {
    const bench = new ZoneBench()
    await bench.ledger.claim([key], 'a dead one', 30_000)
    let claims = 0
    const claim: typeof bench.ledger.claim = (...args) => {
      claims++
      return bench.ledger.claim(...args)
    }
    const zone = bench.zone(instantLoader, { ledger: ledgerWith(bench.ledger, { claim }) })
    await zone.start()
    await bench.announce(['1001', '1002'])
    await bench.clock.advance(29_000)
    expect((await bench.answers()).map(({ objectId }) => objectId)).toEqual(['1002'])
    await bench.clock.advance(2_000)
    expect((await bench.answers()).map(({ objectId }) => objectId)).toEqual(['1002', '1001'])
    expect(bench.unfinished()).toBe(0)
    expect(claims).toBe(2)
    await bench.stopped(zone)
  })

  it('keeps the lease of a loader that takes long', async () => {
    const bench = new ZoneBench()
    const { loader, open } = gate()
    const zone = bench.zone(loader)
    await zone.start()
    await bench.announce(['1001'])
    await bench.clock.advance(200_000)
    expect(await bench.ledger.claim([key], 'another', 30_000)).toMatchObject([{ kind: 'held' }])
    open('1001')
    await bench.clock.advance(10)
    expect(await bench.answers()).toHaveLength(1)
    await bench.stopped(zone)
  })

  it('goes on loading while its leases cannot be renewed, as long as they last, and answers when it is done', async () => {
    const bench = new ZoneBench()
    const { loader, calls, open } = gate()
    const logger = recordingLogger()
    const renew = failingFirst(2, bench.ledger.renew.bind(bench.ledger))
    const zone = bench.zone(loader, { ledger: ledgerWith(bench.ledger, { renew }), logger })
    await zone.start()
    await bench.announce(['1001'])
    await bench.clock.advance(20_010)
    expect(logger.messages('warn')).toEqual(Array(2).fill('cannot renew leases, trying again'))
    await bench.clock.advance(6_980)
    expect(calls[0]?.signal.aborted).toBe(false)
    open('1001')
    await bench.clock.advance(10)
    expect(await bench.answers()).toMatchObject([{ kind: 'loaded' }])
    await bench.stopped(zone)
  })

  it.each([
    ['fails', unavailable],
    ['hangs', () => new Promise<never>(() => {})],
  ])('stops its loaders before their leases run out while the ledger %s, and loads anew', async (_, down) => {
    const bench = new ZoneBench()
    const { loader, calls, open, fail } = gate()
    const logger = recordingLogger()
    let isDown = false
    const claim: typeof bench.ledger.claim = (...args) =>
      isDown ? unavailable() : bench.ledger.claim(...args)
    const zone = bench.zone(loader, { ledger: ledgerWith(bench.ledger, { renew: down, claim }), logger })
    await zone.start()
    await bench.announce(['1001'])
    await bench.clock.advance(10)
    isDown = true
    await bench.clock.advance(26_900)
    expect(calls[0]?.signal.aborted).toBe(false)
    await bench.clock.advance(100)
    expect(calls[0]?.signal.aborted).toBe(true)
    expect(logger.messages('warn')).toContain(
      'leases could not be renewed in time, their loaders are stopped',
    )
    fail('1001', new Error('told to give up'))
    await bench.clock.advance(60_000)
    expect([calls.length, await bench.answers()]).toEqual([1, []])
    isDown = false
    await bench.clock.advance(10_000)
    expect(calls).toHaveLength(2)
    open('1001')
    await bench.clock.advance(10)
    expect(await bench.answers()).toMatchObject([{ kind: 'loaded' }])
    expect(bench.unfinished()).toBe(0)
    await bench.stopped(zone)
  })

  it('trusts a lease from when it was asked for, not from when the answer came', async () => {
    const bench = new ZoneBench()
    const { loader, calls } = gate()
    const claim: typeof bench.ledger.claim = async (...args) => {
      const claims = await bench.ledger.claim(...args)
      await new Promise<void>((resolve) => void bench.clock.after(9_000, resolve))
      return claims
    }
    const zone = bench.zone(loader, { ledger: ledgerWith(bench.ledger, { claim, renew: unavailable }) })
    await zone.start()
    await bench.announce(['1001'])
    // Asked at about 0, begun at 9,000, told to stop at 27,000.
    await bench.clock.advance(26_900)
    expect(calls[0]?.signal.aborted).toBe(false)
    await bench.clock.advance(200)
    expect(calls[0]?.signal.aborted).toBe(true)
    await bench.stopped(zone)
  })

  it('tells a loader to give up when somebody else has its attempt, and says what that one answered', async () => {
    const bench = new ZoneBench()
    const { loader, calls, fail } = gate()
    const zone = bench.zone(loader, { ledger: ledgerWith(bench.ledger, { renew: losing }) })
    await zone.start()
    await bench.announce(['1001'])
    await bench.clock.advance(1_500)
    expect(calls[0]?.signal.aborted).toBe(false)
    await bench.clock.advance(1_000)
    expect(calls[0]?.signal.aborted).toBe(true)
    await bench.ledger.finish(
      [{ key, answer: '{"id":"1001","run_id":"run-1","info":"by another"}' }],
      600_000,
    )
    fail('1001', new Error('told to give up'))
    await bench.clock.advance(10)
    expect(await bench.answers()).toMatchObject([{ kind: 'loaded', info: 'by another' }])
    expect(bench.unfinished()).toBe(0)
    await bench.stopped(zone)
  })

  it('says nothing of an attempt that somebody else has, and waits for what that one says', async () => {
    const bench = new ZoneBench()
    const { loader, calls, fail } = gate()
    const zone = bench.zone(loader, { ledger: ledgerWith(bench.ledger, { renew: losing }) })
    await zone.start()
    await bench.announce(['1001'])
    await bench.clock.advance(10)
    await bench.ledger.release([key], 'worker-0')
    await bench.ledger.claim([key], 'another', 60_000)
    await bench.clock.advance(2_500)
    fail('1001', new Error('told to give up'))
    await bench.clock.advance(30_000)
    expect(await bench.answers()).toEqual([])
    expect(bench.unfinished()).toBe(1)
    await bench.ledger.finish(
      [{ key, answer: '{"id":"1001","run_id":"run-1","info":"by another"}' }],
      600_000,
    )
    await bench.clock.advance(30_000)
    expect(await bench.answers()).toMatchObject([{ info: 'by another' }])
    expect(calls).toHaveLength(1)
    expect(bench.unfinished()).toBe(0)
    await bench.stopped(zone)
  })

  it('publishes the answer that stands when a colleague finished the attempt first', async () => {
    const bench = new ZoneBench()
    const { loader, open } = gate()
    const zone = bench.zone(loader)
    await zone.start()
    await bench.announce(['1001'])
    await bench.clock.advance(10)
    await bench.ledger.finish(
      [{ key, answer: '{"id":"1001","run_id":"run-1","info":"by another"}' }],
      600_000,
    )
    open('1001')
    await bench.clock.advance(10)
    expect(await bench.answers()).toMatchObject([{ info: 'by another' }])
    await bench.stopped(zone)
  })

  it('buries what nobody can read with its reason, and goes on', async () => {
    const bench = new ZoneBench()
    const zone = bench.zone(instantLoader)
    await zone.start()
    await bench.send(['{"id":', '{"id":"1","run_id":"r"}', JSON.stringify(readyEvent({ id: '1002' }))])
    await bench.clock.advance(10)
    const buried = await bench.records(defaultTopics.dlq)
    expect(buried.map(({ value }) => value?.toString()).toSorted()).toEqual([
      '{"id":',
      '{"id":"1","run_id":"r"}',
    ])
    expect(buried.every(({ headers }) => headers.dlq_code === 'EVENT_UNREADABLE')).toBe(true)
    expect(await bench.answers()).toHaveLength(1)
    expect(bench.unfinished()).toBe(0)
    await bench.stopped(zone)
  })

  it('drops what went to another member before it began', async () => {
    const bench = new ZoneBench()
    const { loader, calls, open } = gate()
    let subscription: Subscription | undefined
    const wire = bench.transport()
    const subscribe: typeof wire.subscribe = (given) => {
      subscription = given
      return wire.subscribe(given)
    }
    const zone = bench.zone(loader, { transport: transportWith(wire, { subscribe }), maxWorkers: 1 })
    await zone.start()
    let isCurrent = true
    subscription?.receive(['1001', '1002'].map((id) => deliveryOf(id, () => isCurrent)))
    await bench.clock.advance(10)
    isCurrent = false
    open('1001')
    await bench.clock.advance(10)
    expect(calls.map(({ id }) => id)).toEqual(['1001'])
    await bench.stopped(zone)
  })

  it('fills all free slots with one call of the ledger', async () => {
    const bench = new ZoneBench()
    const sizes: number[] = []
    const claim: typeof bench.ledger.claim = (keys, ...rest) => {
      sizes.push(keys.length)
      return bench.ledger.claim(keys, ...rest)
    }
    const zone = bench.zone(instantLoader, { ledger: ledgerWith(bench.ledger, { claim }), maxWorkers: 10 })
    await zone.start()
    await bench.announce(Array.from({ length: 100 }, (_, index) => `${index}`))
    await bench.clock.advance(10)
    expect(sizes).toEqual(Array(10).fill(10))
    await bench.stopped(zone)
  })
})

const never = { signal: new AbortController().signal } satisfies Parameters<Loader['load']>[1]

function deliveryOf(id: string, isCurrent: () => boolean): Delivery {
  return {
    topic: 'event.load.ready.ingestion',
    partition: 0,
    offset: id,
    key: null,
    value: Buffer.from(JSON.stringify(readyEvent({ id }))),
    headers: {},
    timestampMs: 0,
    isCurrent,
    complete: () => {},
  }
}
