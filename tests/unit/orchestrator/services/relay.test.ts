// What is offered goes out in order, until it is out, and is only then said to be.

import { beforeEach, describe, expect, it } from 'vitest'
import type { CommitMark } from '../../../../orchestrator/ports/run-store.ts'
import type { Branch } from '../../../../orchestrator/services/branch.ts'
import { Relay } from '../../../../orchestrator/services/relay.ts'
import { VirtualClock } from '../../../../shared/adapters/memory/virtual-clock.ts'
import type { OutgoingRecord } from '../../../../shared/ports/transport.ts'
import { recordingLogger } from '../../../support/recording-logger.ts'
import { Strikes } from '../../../support/strikes.ts'

const recordsOf = (...values: readonly string[]): readonly OutgoingRecord[] =>
  values.map((value) => ({ topic: 't', key: 'k', value }))
const never = new AbortController().signal

let clock: VirtualClock
let relay: Relay
let publish: Strikes
let markRelayed: Strikes
let calls: (readonly string[])[]
let marks: (readonly { runId: string; version: number }[])[]
let branches: Map<string, Branch>
/** Ids of commits that the store does not have. */
let lost: Set<string>
const logger = recordingLogger()

beforeEach(() => {
  clock = new VirtualClock()
  publish = new Strikes()
  markRelayed = new Strikes()
  calls = []
  marks = []
  branches = new Map()
  lost = new Set()
  const transport = {
    publish: (records: readonly OutgoingRecord[]) =>
      publish.call(async () => void calls.push(records.map(({ value }) => `${value}`))),
  }
  const store = {
    markRelayed: (given: readonly CommitMark[]) =>
      markRelayed.call(async () => {
        marks.push(given.map(({ runId, version }) => ({ runId, version })))
        return given.map(({ id }) => !lost.has(id))
      }),
  }
  relay = new Relay({ transport, store, clock, random: () => 0.5, logger })
})

function offer(version: number, values: readonly string[], runId = 'run-1'): { isRelayed: boolean } {
  const offered = { isRelayed: false }
  const relayed = () => {
    offered.isRelayed = true
  }
  const branch = branches.get(runId) ?? { isLost: false }
  branches.set(runId, branch)
  relay.offer({ runId, version, id: `${runId}.${version}`, branch, records: recordsOf(...values), relayed })
  return offered
}

describe('the relay', () => {
  it('publishes in the order of the offers, and marks the newest version of each run', async () => {
    offer(1, ['a'])
    offer(2, ['b', 'c'])
    offer(1, ['d'], 'run-2')
    await clock.advance(0)
    expect(calls).toEqual([['a', 'b', 'c', 'd']])
    expect(marks).toEqual([
      [
        { runId: 'run-1', version: 2 },
        { runId: 'run-2', version: 1 },
      ],
    ])
  })

  it('has one call on its way, and what comes meanwhile is the next batch', async () => {
    const release = publish.hold()
    offer(1, ['a'])
    await clock.advance(0)
    offer(2, ['b'])
    offer(3, ['c'])
    await clock.advance(0)
    expect([publish.calls, relay.depth]).toEqual([1, 3])
    release()
    await clock.advance(0)
    expect(calls).toEqual([['a'], ['b', 'c']])
    expect(relay.depth).toBe(0)
  })

  it('puts at most about 8,000 records into one call, and never parts a commit', async () => {
    const many = Array.from({ length: 5_000 }, (_, index) => `${index}`)
    for (const version of [1, 2, 3]) offer(version, many)
    await clock.advance(0)
    expect(calls.map(({ length }) => length)).toEqual([10_000, 5_000])
  })

  it.each(['before', 'after'] as const)(
    'repeats a call that failed (%s its effect) before anything newer',
    async (when) => {
      publish[when](3, 'TRANSPORT_UNAVAILABLE')
      const first = offer(1, ['a'])
      await clock.advance(0)
      const second = offer(2, ['b'])
      expect([first.isRelayed, marks.length]).toEqual([false, 0])
      await clock.advance(10_000)
      expect(calls).toEqual([...Array.from({ length: when === 'after' ? 4 : 1 }, () => ['a']), ['b']])
      expect([first.isRelayed, second.isRelayed]).toEqual([true, true])
      expect(relay.depth).toBe(0)
    },
  )

  it('goes on trying when the broker refuses: the events are facts already, and a topic can be mended', async () => {
    publish.begin('TRANSPORT_REFUSED')
    const offered = offer(1, ['a'])
    await clock.advance(3_600_000)
    expect(offered.isRelayed).toBe(false)
    publish.end()
    await clock.advance(10_000)
    expect(offered.isRelayed).toBe(true)
  })

  it('says nothing is relayed until the store knows it, and publishes nothing again for that', async () => {
    markRelayed.before(3)
    const offered = offer(1, ['a'])
    await clock.advance(0)
    expect([calls.length, offered.isRelayed]).toEqual([1, false])
    await clock.advance(10_000)
    expect([calls.length, offered.isRelayed]).toEqual([1, true])
  })

  it('settles an offer without events after those before it, without a call of its own', async () => {
    const release = publish.hold()
    offer(1, ['a'])
    await clock.advance(0)
    const empty = offer(1, [])
    await clock.advance(0)
    expect(empty.isRelayed).toBe(false)
    release()
    await clock.advance(0)
    expect(empty.isRelayed).toBe(true)
    expect([publish.calls, markRelayed.calls]).toEqual([1, 1])
  })
})

describe('room in the relay', () => {
  it('is there at once while fewer events wait', async () => {
    offer(1, ['a'])
    await relay.room(2, never)
    expect(relay.depth).toBe(1)
  })

  it('comes when events went out', async () => {
    const release = publish.hold()
    offer(1, ['a', 'b'])
    let isThere = false
    void relay.room(2, never).then(() => {
      isThere = true
    })
    await clock.advance(0)
    expect(isThere).toBe(false)
    release()
    await clock.advance(0)
    expect(isThere).toBe(true)
  })

  it('is waited for no longer by who has given up, nor once the relay is stopped', async () => {
    publish.begin('TRANSPORT_UNAVAILABLE')
    offer(1, ['a', 'b'])
    const given = new AbortController()
    const waiting = [relay.room(1, given.signal), relay.room(1, never)]
    await clock.advance(100)
    given.abort()
    await waiting[0]
    await relay.stop()
    await waiting[1]
    await relay.room(1, never)
    expect(relay.depth).toBe(0)
  })
})

describe('the stop of a relay', () => {
  it('gives up what is not out, and says of none of it that it is relayed', async () => {
    publish.begin('TRANSPORT_UNAVAILABLE')
    const offers = [offer(1, ['a'])]
    await clock.advance(1_000)
    offers.push(offer(2, ['b']), offer(2, []))
    await relay.stop()
    await clock.advance(60_000)
    expect(offers.map(({ isRelayed }) => isRelayed)).toEqual([false, false, false])
    expect(calls).toEqual([])
  })

  it('marks nothing after it, although the events went out', async () => {
    markRelayed.begin()
    const offered = offer(1, ['a'])
    await clock.advance(1_000)
    await relay.stop()
    expect([calls.length, marks.length, offered.isRelayed]).toEqual([1, 0, false])
  })

  it('comes after everything is out when one waits for that first', async () => {
    const release = publish.hold()
    const offered = offer(1, ['a'])
    await clock.advance(0)
    let isDrained = false
    const drained = relay.drained().then(() => {
      isDrained = true
    })
    offer(2, ['b'])
    await clock.advance(0)
    expect(isDrained).toBe(false)
    release()
    await drained
    expect([offered.isRelayed, calls.length]).toEqual([true, 2])
    await relay.stop()
    await relay.stop()
  })
})
