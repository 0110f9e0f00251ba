// Deadlines and leaving: when a zone tells a loader to give up, and what becomes of its attempt.

import { describe, expect, it } from 'vitest'
import { Fault } from '../../../../shared/base/fault.ts'
import { Heartbeat } from '../../../../shared/service/heartbeat.ts'
import { recordingLogger } from '../../../support/recording-logger.ts'
import { serviceStorm } from '../../../support/service-storm.ts'
import { gate, instantLoader, ledgerWith, transportWith, ZoneBench } from '../../../support/zone-bench.ts'

const key = { runId: 'run-1', objectId: '1001', attempt: 1 }

describe('the deadline of an attempt', () => {
  it('tells the loader to give up, and answers that it timed out whatever the loader throws', async () => {
    const bench = new ZoneBench()
    const { loader, calls, fail } = gate()
    const logger = recordingLogger()
    const zone = bench.zone(loader, { logger })
    await zone.start()
    await bench.announce(['1001'], { deadline_ms: bench.clock.nowMs() + 5_000 })
    await bench.announce(['1002'], { deadline_ms: bench.clock.nowMs() + 2_000 })
    await bench.announce(['1003'])
    await bench.clock.advance(3_000)
    const aborted = () =>
      calls
        .filter(({ signal }) => signal.aborted)
        .map(({ id }) => id)
        .toSorted()
    expect(aborted()).toEqual(['1002'])
    await bench.clock.advance(3_000)
    expect(aborted()).toEqual(['1001', '1002'])
    fail('1001', new Fault('LOADER_REFUSED', 'aborted'))
    fail('1002', new Fault('LOADER_REFUSED', 'aborted'))
    await bench.clock.advance(60_000)
    expect(logger.messages('warn')).toEqual([])
    const error = { code: 'ATTEMPT_TIMED_OUT', retryable: true }
    expect(await bench.answers()).toMatchObject([
      { error: { ...error, detail: 'it timed out after 5 s of work, at its deadline (answer_timeout)' } },
      { error },
    ])
    await bench.stopped(zone)
  })

  it('counts the time that an attempt may take from its own start, and not from its place in the queue', async () => {
    const bench = new ZoneBench()
    const { loader, calls, open, fail } = gate()
    const zone = bench.zone(loader, { maxWorkers: 1 })
    await zone.start()
    await bench.announce(['1001', '1002'], { timeout_ms: 3_000 })
    await bench.clock.advance(2_500)
    open('1001')
    await bench.clock.advance(2_500)
    expect(calls.map(({ signal }) => signal.aborted)).toEqual([false, false])
    await bench.clock.advance(600)
    expect(calls.map(({ signal }) => signal.aborted)).toEqual([false, true])
    fail('1002', new Error('aborted'))
    await bench.clock.advance(10)
    expect(await bench.answers()).toMatchObject([
      { kind: 'loaded' },
      { error: { code: 'ATTEMPT_TIMED_OUT', detail: 'it timed out after 3 s (attempt_timeout)' } },
    ])
    await bench.stopped(zone)
  })

  it('takes for loaded what was loaded in spite of it', async () => {
    const bench = new ZoneBench()
    const { loader, open } = gate()
    const zone = bench.zone(loader)
    await zone.start()
    await bench.announce(['1001'], { deadline_ms: bench.clock.nowMs() + 1_000 })
    await bench.clock.advance(2_000)
    open('1001')
    await bench.clock.advance(10)
    expect(await bench.answers()).toMatchObject([{ kind: 'loaded' }])
    await bench.stopped(zone)
  })

  it('gives the slot of a loader that ignores its signal to the next, and ignores what it says later', async () => {
    const bench = new ZoneBench()
    const { loader, calls, open } = gate()
    const logger = recordingLogger()
    const zone = bench.zone(loader, { maxWorkers: 1, logger })
    await zone.start()
    await bench.announce(['1001'], { deadline_ms: bench.clock.nowMs() + 1_000 })
    await bench.clock.advance(500)
    await bench.announce(['1002'])
    await bench.clock.advance(7_000)
    expect(calls.map(({ id }) => id)).toEqual(['1001', '1002'])
    expect(logger.messages('warn')).toEqual(['a loader ignores its signal, its slot is given away'])
    open('1001')
    open('1002')
    await bench.clock.advance(10)
    const answers = await bench.answers()
    expect(answers.map(({ objectId, kind }) => [objectId, kind])).toEqual([
      ['1002', 'loaded'],
      ['1001', 'failed'],
    ])
    await bench.stopped(zone)
  })

  it('does not begin what is too late already', async () => {
    const bench = new ZoneBench()
    const { loader, calls } = gate()
    const zone = bench.zone(loader)
    await zone.start()
    await bench.announce(['1001'], { deadline_ms: bench.clock.nowMs() - 1 })
    await bench.clock.advance(10)
    expect(calls).toEqual([])
    expect(await bench.answers()).toMatchObject([{ error: { code: 'ATTEMPT_TIMED_OUT' } }])
    await bench.stopped(zone)
  })
})

describe('a zone that is stopped', () => {
  it('finishes and answers what runs, begins nothing more, and leaves the rest to its colleagues', async () => {
    const bench = new ZoneBench()
    const { loader, calls, open } = gate()
    const zone = bench.zone(loader, { maxWorkers: 1 })
    await zone.start()
    await bench.announce(['1001', '1002'])
    await bench.clock.advance(10)
    const first = calls[0]?.id ?? ''
    const stop = zone.stop()
    await bench.clock.advance(5_000)
    open(first)
    await bench.clock.advance(10)
    await stop
    expect(calls).toHaveLength(1)
    expect(await bench.answers()).toHaveLength(1)
    expect(bench.unfinished()).toBe(1)
    const colleague = bench.zone(instantLoader)
    await colleague.start()
    await bench.clock.advance(10)
    expect(bench.unfinished()).toBe(0)
    await bench.stopped(colleague)
  })

  it('tells what takes longer than it may drain to give up, answers nothing, and gives the attempt back at once', async () => {
    const bench = new ZoneBench()
    const { loader, calls, open } = gate()
    const zone = bench.zone(loader)
    await zone.start()
    await bench.announce(['1001'])
    await bench.clock.advance(10)
    const stop = zone.stop()
    await bench.clock.advance(9_900)
    expect(calls[0]?.signal.aborted).toBe(false)
    await bench.clock.advance(200)
    await stop
    expect(calls[0]?.signal.aborted).toBe(true)
    open('1001')
    const colleague = bench.zone(instantLoader)
    await colleague.start()
    await bench.clock.advance(10)
    expect(await bench.answers()).toHaveLength(1)
    expect(bench.unfinished()).toBe(0)
    await bench.stopped(colleague)
  })

  it('leaves no timer behind, neither of what it waited for nor of the drain', async () => {
    const bench = new ZoneBench()
    await bench.ledger.claim([key], 'another', 30_000)
    const { loader, calls, open } = gate()
    const zone = bench.zone(loader)
    await zone.start()
    await bench.announce(['1001', '1002'])
    await bench.clock.advance(10)
    const stop = zone.stop()
    open(calls[0]?.id ?? '')
    await stop
    expect(await bench.answers()).toHaveLength(1)
    expect(bench.clock.waiting).toBe(0)
  })

  it('gives back what it was just claiming', async () => {
    const bench = new ZoneBench()
    const claimed = Promise.withResolvers<void>()
    const claim: typeof bench.ledger.claim = async (...args) => {
      const claims = await bench.ledger.claim(...args)
      await claimed.promise
      return claims
    }
    const { loader, calls } = gate()
    const zone = bench.zone(loader, { ledger: ledgerWith(bench.ledger, { claim }) })
    await zone.start()
    await bench.announce(['1001'])
    await bench.clock.advance(10)
    const stop = zone.stop()
    claimed.resolve()
    await stop
    expect(calls).toEqual([])
    expect(await bench.ledger.claim([key], 'another', 1_000)).toEqual([{ kind: 'claimed' }])
  })

  it('leaves within its time when neither the ledger nor the broker answers', async () => {
    const bench = new ZoneBench()
    const hang = () => new Promise<never>(() => {})
    const wire = bench.transport()
    const zone = bench.zone(instantLoader, {
      ledger: ledgerWith(bench.ledger, { release: hang }),
      transport: transportWith(wire, {
        publish: async () => {
          throw new Fault('TRANSPORT_UNAVAILABLE', 'gone')
        },
      }),
    })
    await zone.start()
    await bench.announce(['1001'])
    await bench.clock.advance(10)
    let isStopped = false
    void zone.stop().then(() => {
      isStopped = true
    })
    await bench.clock.advance(12_000)
    expect(isStopped).toBe(true)
    expect(bench.unfinished()).toBe(1)
  })

  it('stops at once while the ledger is down and nothing runs', async () => {
    const bench = new ZoneBench()
    const claim = async () => {
      throw new Fault('STORE_UNAVAILABLE', 'gone')
    }
    const zone = bench.zone(instantLoader, { ledger: ledgerWith(bench.ledger, { claim }) })
    await zone.start()
    await bench.announce(['1001'])
    await bench.clock.advance(1_000)
    await zone.stop()
    expect(bench.unfinished()).toBe(1)
  })

  it('leaves nothing running when it could not be started', async () => {
    const bench = new ZoneBench()
    const heartbeat = new Heartbeat(bench.clock, 'zone', 30_000)
    bench.broker.setReachable(false)
    const zone = bench.zone(instantLoader, {
      heartbeat,
      transport: transportWith(bench.transport(), {
        subscribe: async () => {
          throw new Fault('TRANSPORT_UNAVAILABLE', 'gone')
        },
      }),
    })
    await expect(zone.start()).rejects.toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' })
    await bench.clock.advance(100_000)
    expect(heartbeat.isStale()).toBe(false)
    expect(bench.clock.waiting).toBe(0)
  })
})

describe('the heartbeat of a zone', () => {
  it('beats while there is nothing to do, and rests after the stop', async () => {
    const bench = new ZoneBench()
    const heartbeat = new Heartbeat(bench.clock, 'zone', 30_000)
    const zone = bench.zone(instantLoader, { heartbeat })
    await zone.start()
    await bench.clock.advance(600_000)
    expect(heartbeat.silentMs()).toBeLessThan(30_000)
    expect(bench.clock.waiting).toBeGreaterThan(0)
    await bench.stopped(zone)
    expect(heartbeat.silentMs()).toBe(0)
    expect(bench.clock.waiting).toBe(0)
  })
})

serviceStorm('a zone', () => {
  const bench = new ZoneBench()
  const service = bench.zone(instantLoader)
  const isRunning = async () => {
    if (!service.isJoined()) return false
    await bench.announce([`${bench.clock.nowMs()}`])
    await bench.clock.advance(1_000)
    return bench.unfinished() === 0
  }
  return { service, isRunning }
})
