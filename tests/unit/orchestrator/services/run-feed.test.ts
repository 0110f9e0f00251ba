// The live feed gives each fact once and in order, from any place on, until the run has ended.

import { beforeEach, describe, expect, it } from 'vitest'
import { type FeedItem, type FeedPlace, RunFeed } from '../../../../orchestrator/services/run-feed.ts'
import { Fault } from '../../../../shared/base/fault.ts'
import { type Replica, ReplicaBench, realPlanOf } from '../../../support/replica-bench.ts'

const chain = realPlanOf({ a: [], b: ['a'] })
const all = [
  '1.0 run-opened',
  '1.1 object-ready',
  '2.0 object-loaded',
  '2.1 object-ready',
  '3.0 object-loaded',
  '3.1 run-ended',
]

let bench: ReplicaBench
let one: Replica
let feed: RunFeed

beforeEach(async () => {
  bench = new ReplicaBench()
  one = bench.replica()
  feed = new RunFeed(bench.store, bench.clock)
  await one.open('run-1', chain)
})

/** Follows in the background. */
function follow(after?: FeedPlace, runId = 'run-1') {
  const given = new AbortController()
  const following = { items: [] as FeedItem[], isOver: false, stop: () => given.abort() }
  void (async () => {
    for await (const item of feed.follow(runId, after, given.signal)) following.items.push(item)
    following.isOver = true
  })()
  return following
}

function names({ items }: { readonly items: readonly FeedItem[] }): readonly string[] {
  return items.map(({ version, index, fact }) => `${version}.${index} ${fact.type}`)
}

async function load(...ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    one.loaded('run-1', id)
    await bench.settle()
  }
}

describe('the feed of a run', () => {
  it('gives all facts of a run that has ended, with place and instant, and ends', async () => {
    const openedAtMs = bench.clock.nowMs()
    await bench.clock.advance(1_000)
    await load('a', 'b')
    const following = follow()
    await bench.settle()
    expect(names(following)).toEqual(all)
    expect(following.items.map(({ atMs }) => atMs - openedAtMs)).toEqual([0, 0, 1_000, 1_000, 1_000, 1_000])
    expect(following.isOver).toBe(true)
  })

  it.each(all.map((_, index) => index))('resumes after any place (%i)', async (seen) => {
    await load('a', 'b')
    const [version = 0, index = 0] = (all[seen]?.split(' ')[0] ?? '').split('.').map(Number)
    const following = follow({ version, index })
    await bench.settle()
    expect(names(following)).toEqual(all.slice(seen + 1))
    expect(following.isOver).toBe(true)
  })

  it('gives a commit kept here at once', async () => {
    const following = follow()
    await bench.settle()
    expect(names(following)).toEqual(all.slice(0, 2))
    await load('a')
    feed.notify('run-1')
    await bench.settle()
    expect(names(following)).toEqual(all.slice(0, 4))
    expect(following.isOver).toBe(false)
  })

  it('gives a commit of another replica within 250 ms', async () => {
    const following = follow()
    await bench.settle()
    await load('a')
    await bench.clock.advance(249)
    expect(names(following)).toHaveLength(2)
    await bench.clock.advance(1)
    expect(names(following)).toEqual(all.slice(0, 4))
  })

  it('gives nothing and ends when the run is unknown, or has not come as far as the place', async () => {
    const followings = [follow(undefined, 'nobody'), follow({ version: 2, index: 0 })]
    await bench.settle()
    expect(followings.map(({ items, isOver }) => [items.length, isOver])).toEqual([
      [0, true],
      [0, true],
    ])
  })

  it('ends at once when it is given up, and leaves no timer', async () => {
    const following = follow()
    await bench.settle()
    following.stop()
    await bench.settle()
    expect(following.isOver).toBe(true)
    expect(bench.clock.waiting).toBe(0)
  })

  it('ends at once also when it is given up while it reads', async () => {
    const read = Promise.withResolvers<void>()
    const summary = async () => undefined
    const store = {
      summary,
      read: () => read.promise.then(() => ({ version: 0, last: '', relayed: 0, records: [] })),
    }
    feed = new RunFeed(store, bench.clock)
    const following = follow()
    await bench.settle()
    following.stop()
    read.resolve()
    await bench.settle()
    expect(following.isOver).toBe(true)
    expect(bench.clock.waiting).toBe(0)
  })

  it('serves many followers of many runs, each from its own place', async () => {
    await one.open('run-2', chain)
    const followings = [follow(), follow({ version: 1, index: 0 }), follow(undefined, 'run-2')]
    await load('a', 'b')
    feed.notify('run-1')
    await bench.clock.advance(250)
    expect(followings.map(({ items }) => items.length)).toEqual([6, 5, 2])
    expect(followings.map(({ isOver }) => isOver)).toEqual([true, true, false])
  })

  it('rejects when the store cannot be reached', async () => {
    const summary = async () => undefined
    const away = { summary, read: () => Promise.reject(new Fault('STORE_UNAVAILABLE', 'away')) }
    const following = new RunFeed(away, bench.clock).follow('run-1', undefined, new AbortController().signal)
    await expect(following.next()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
  })
})
