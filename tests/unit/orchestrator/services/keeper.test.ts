// What is decided is kept once and published in order: whatever other replicas, the store or the broker do meanwhile.

import { beforeEach, describe, expect, it } from 'vitest'
import { printCommit } from '../../../../orchestrator/core/run/commit-record.ts'
import { type Replica, ReplicaBench, realPlanOf } from '../../../support/replica-bench.ts'

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

describe('a decision', () => {
  it('is settled with the facts of its batch, once they are kept and published and the store knows it', async () => {
    await one.open('run-1', chain)
    one.calls.markRelayed.before()
    const answer = one.loaded('run-1', 'a')
    await bench.settle()
    expect(await bench.facts()).toContain('object-loaded a')
    expect(bench.journalled()).toEqual([1, 2])
    expect(answer.ends).toBe(0)
    await bench.clock.advance(1_000)
    expect(answer.settled).toMatchObject([
      { type: 'object-loaded', object_id: 'a' },
      { type: 'object-ready', object_id: 'b' },
    ])
    expect(answer.ends).toBe(1)
    expect(await bench.store.read('run-1', 2)).toMatchObject({ version: 2, relayed: 2 })
  })

  it('is told to who hangs on commits once it is kept, and only to the replica that kept it', async () => {
    await one.open('run-1', chain)
    two.loaded('run-1', 'a')
    await bench.settle()
    expect(one.kept.map(({ version }) => version)).toEqual([1])
    expect(two.kept.map(({ version }) => version)).toEqual([2])
  })

  it('is told as out once it is published, and never when the store loses it before', async () => {
    await one.open('run-1', pair)
    expect(one.relayed.map(({ version }) => version)).toEqual([1])
    const publish = one.calls.publish.hold()
    one.loaded('run-1', 'a')
    await bench.settle()
    expect(one.relayed.map(({ version }) => version)).toEqual([1])
    publish()
    await bench.settle()
    expect(one.relayed.map(({ version }) => version)).toEqual([1, 2])
    const publishLost = one.calls.publish.hold()
    one.loaded('run-1', 'b')
    await bench.settle()
    bench.store.lose()
    publishLost()
    await bench.settle()
    expect(one.kept.map(({ version }) => version)).toEqual([1, 2, 3])
    expect(one.relayed.map(({ version }) => version)).toEqual([1, 2])
  })

  it('writes the due time and the failures of its facts beside the commit', async () => {
    await one.open('run-1', chain, { answer_timeout_ms: 60_000 })
    const nowMs = bench.clock.nowMs()
    expect(await bench.store.needingAttention(nowMs + 59_999, 0)).toEqual([])
    expect(await bench.store.needingAttention(nowMs + 60_000, 0)).toEqual(['run-1'])
  })
})

describe('a run that another replica has moved on', () => {
  it('is read again and decided anew', async () => {
    await one.open('run-1', pair)
    two.loaded('run-1', 'a')
    await bench.settle()
    const answer = one.loaded('run-1', 'b')
    await bench.settle()
    expect(answer.settled).toMatchObject([{ object_id: 'b' }, { type: 'run-ended', state: 'succeeded' }])
    expect(await bench.facts()).toEqual([
      'run-opened',
      'object-ready a',
      'object-ready b',
      'object-loaded a',
      'object-loaded b',
      'run-ended',
    ])
  })

  it('does not count an answer twice that both replicas were given', async () => {
    await one.open('run-1', pair)
    const answers = [one.loaded('run-1', 'a'), two.loaded('run-1', 'a')]
    await bench.settle()
    expect(answers.map(({ ends }) => ends)).toEqual([1, 1])
    expect(answers.flatMap(({ settled }) => settled ?? [])).toHaveLength(1)
    expect((await bench.facts()).filter((fact) => fact === 'object-loaded a')).toHaveLength(1)
  })

  it('has what the other kept and never published relayed before anything newer', async () => {
    await one.open('run-1', chain)
    one.calls.publish.begin('TRANSPORT_UNAVAILABLE')
    one.loaded('run-1', 'a')
    await bench.settle()
    const answer = two.loaded('run-1', 'b')
    await bench.settle()
    expect(bench.journalled()).toEqual([1, 2, 3])
    expect(bench.announced()).toEqual(['a#1', 'b#1', 'c#1'])
    expect(answer.settled).toBeDefined()
    expect(await bench.store.read('run-1', 3)).toMatchObject({ relayed: 3 })
  })

  it('is known as soon as the other opens it, also where it was given up before it was opened', async () => {
    const record = { v: 1, id: 'x', run_id: 'run-1', version: 1, at_ms: 0, facts: [], rebuild: 'r' } as const
    const tail = { runId: 'run-1', version: 1, id: 'x', records: [printCommit(record)], relayed: 1 }
    await bench.store.begin('r', 'somebody', true)
    await bench.store.hold('r', ['run-1'])
    await bench.store.restore('r', { ...tail, summary: undefined, dueAtMs: Number.POSITIVE_INFINITY })
    expect(await bench.store.finish('r')).toBe('whole')
    const early = two.submit('run-1', { kind: 'tick' }, chain)
    await bench.settle()
    expect(early.refused).toMatchObject({ code: 'RUN_UNKNOWN' })
    await one.open('run-1', chain)
    const answer = two.loaded('run-1', 'a')
    await bench.settle()
    expect(answer.refused).toBeUndefined()
    expect(answer.settled).toMatchObject([{ object_id: 'a' }, { object_id: 'b' }])
  })

  it('does not have relayed again what the other has published', async () => {
    await one.open('run-1', chain)
    two.loaded('run-1', 'a')
    await bench.settle()
    one.loaded('run-1', 'b')
    await bench.settle()
    expect(bench.journalled()).toEqual([1, 2, 3])
  })

  it('has only what is still waited for announced again, when nobody knows what was published', async () => {
    one.calls.markRelayed.begin()
    void one.open('run-1', chain)
    await bench.settle()
    one.loaded('run-1', 'a')
    await bench.settle()
    expect(bench.announced()).toEqual(['a#1'])
    two.loaded('run-1', 'b')
    await bench.settle()
    expect(bench.announced().slice(1)).toEqual(['b#1', 'c#1'])
    expect(bench.journalled().slice(1)).toEqual([1, 2, 3])
  })

  it('is moved on by each of three replicas in turn, and all say the same in the end', async () => {
    const replicas = [one, two, bench.replica()]
    await one.open('run-1', chain)
    for (const [index, id] of ['a', 'b', 'c'].entries()) {
      replicas[(index + 1) % 3]?.loaded('run-1', id)
      await bench.clock.advance(1)
    }
    expect(await bench.store.summary('run-1')).toMatchObject({ state: 'succeeded', counts: { loaded: 3 } })
    const repeats = replicas.map((replica) => replica.loaded('run-1', 'c'))
    await bench.settle()
    expect(repeats.map(({ settled }) => settled)).toEqual([[], [], []])
  })
})

describe('a decision without facts', () => {
  it('is settled after all that came before it in the run is published', async () => {
    await one.open('run-1', chain)
    const publish = one.calls.publish.hold()
    one.loaded('run-1', 'a')
    await bench.settle()
    const repeat = one.loaded('run-1', 'a')
    await bench.settle()
    expect(repeat.ends).toBe(0)
    publish()
    await bench.settle()
    expect(repeat.settled).toEqual([])
  })

  it('is decided again when another replica has moved on: its answer may belong to what that one announced', async () => {
    await one.open('run-1', chain)
    two.loaded('run-1', 'a')
    await bench.settle()
    // Replica one has not seen that b was announced.
    const answer = one.loaded('run-1', 'b')
    await bench.settle()
    expect(answer.settled).toMatchObject([{ type: 'object-loaded', object_id: 'b' }, { object_id: 'c' }])
  })

  it('waits while the store does not answer', async () => {
    await one.open('run-1', chain)
    one.loaded('run-1', 'a')
    await bench.settle()
    one.calls.read.begin()
    const repeat = one.loaded('run-1', 'a')
    await bench.clock.advance(60_000)
    expect(repeat.ends).toBe(0)
    one.calls.read.end()
    await bench.clock.advance(10_000)
    expect(repeat.settled).toEqual([])
    expect(repeat.ends).toBe(1)
  })

  it('moves the due time in the store on when nothing is due as early as thought', async () => {
    const openedAtMs = bench.clock.nowMs()
    await one.open('run-2', chain, { answer_timeout_ms: 1_000, run_timeout_ms: 100_000 })
    await bench.clock.advance(500)
    one.loaded('run-2', 'a')
    // The deadline of a has no one to fail any more; that of b comes 500 ms later.
    await bench.clock.advance(500)
    expect(await bench.store.needingAttention(openedAtMs + 1_499, 0)).toEqual([])
    expect(await bench.store.needingAttention(openedAtMs + 1_500, 0)).toEqual(['run-2'])
  })

  it('tries again to move the due time on when the store has lost the call', async () => {
    await one.open('run-1', chain, { answer_timeout_ms: 1_000, run_timeout_ms: 100_000 })
    const openedAtMs = bench.clock.nowMs()
    await bench.clock.advance(500)
    one.loaded('run-1', 'a')
    one.calls.postpone.before()
    await bench.clock.advance(900)
    expect(one.calls.postpone.calls).toBe(2)
    expect(await bench.store.needingAttention(openedAtMs + 1_499, 0)).toEqual([])
  })
})

describe('a store that does not answer', () => {
  it('keeps a commit once although its reply was lost', async () => {
    await one.open('run-1', chain)
    one.calls.commit.after()
    const answer = one.loaded('run-1', 'a')
    await bench.clock.advance(1_000)
    expect(answer.ends).toBe(1)
    expect(answer.refused).toBeUndefined()
    expect(bench.journalled()).toEqual([1, 2])
    expect(bench.announced()).toEqual(['a#1', 'b#1'])
    expect(await bench.facts()).toEqual(['run-opened', 'object-ready a', 'object-loaded a', 'object-ready b'])
  })

  it('knows what it has kept although the reply was lost: whoever hears of commits hears of it', async () => {
    await one.open('run-1', chain)
    one.calls.commit.after(2)
    one.loaded('run-1', 'a')
    await bench.clock.advance(10_000)
    expect(one.kept.at(-1)?.facts.map(({ type }) => type)).toEqual(['object-loaded', 'object-ready'])
    expect(one.kept.map(({ version }) => version)).toEqual(bench.journalled())
  })

  it('opens a run once although the reply to its first commit was lost', async () => {
    one.calls.commit.after()
    const opening = one.open('run-1', chain)
    await bench.clock.advance(1_000)
    await opening
    expect(bench.journalled()).toEqual([1])
    expect(bench.announced()).toEqual(['a#1'])
  })

  it.each(['commit', 'read'] as const)(
    'for an hour (%s) loses nothing and mixes nothing up',
    async (call) => {
      await one.open('run-1', chain)
      two.calls[call].begin()
      const first = two.loaded('run-1', 'a')
      await bench.clock.advance(1_800_000)
      const second = two.loaded('run-1', 'b')
      await bench.clock.advance(1_800_000)
      expect([first.ends, second.ends]).toEqual([0, 0])
      expect(two.logger.messages('warn').length).toBeGreaterThan(300)
      two.calls[call].end()
      await bench.clock.advance(10_000)
      expect([first.ends, second.ends]).toEqual([1, 1])
      expect(await bench.facts()).toEqual([
        'run-opened',
        'object-ready a',
        'object-loaded a',
        'object-ready b',
        'object-loaded b',
        'object-ready c',
      ])
      expect(bench.journalled()).toEqual([1, 2, 3])
    },
  )

  it('and one that refuses are both asked again: what waits is better kept than given up', async () => {
    await one.open('run-1', chain)
    one.calls.commit.before(1, 'STORE_REFUSED')
    const answer = one.loaded('run-1', 'a')
    await bench.clock.advance(1_000)
    expect(answer.settled).toHaveLength(2)
  })

  it('after a while is asked no more than every five seconds', async () => {
    await one.open('run-1', chain)
    one.calls.commit.begin()
    one.loaded('run-1', 'a')
    await bench.clock.advance(60_000)
    const calls = one.calls.commit.calls
    await bench.clock.advance(60_000)
    expect(one.calls.commit.calls - calls).toBeLessThan(60)
    expect(one.calls.commit.calls - calls).toBeGreaterThan(10)
  })
})

describe('a store that has lost commits', () => {
  it('is waited for, and neither overwritten nor asked without a pause', async () => {
    await one.open('run-1', chain)
    one.loaded('run-1', 'a')
    await bench.settle()
    const forgetful = new ReplicaBench()
    const answer = behind(one, forgetful)
    await bench.clock.advance(30_000)
    expect(answer.ends).toBe(0)
    expect(one.logger.lines.some(({ fields }) => String(fields.error).includes('lost data'))).toBe(true)
    expect(one.calls.read.calls).toBeLessThan(100)
    expect(await forgetful.store.read('run-1', 0)).toBeUndefined()
  })

  /** From now on `replica` sees the store of `forgetful`, which has no run. */
  function behind(replica: Replica, forgetful: ReplicaBench) {
    replica.store.commit = (commit) => replica.calls.commit.call(() => forgetful.store.commit(commit))
    replica.store.read = (...given) => replica.calls.read.call(() => forgetful.store.read(...given))
    return replica.loaded('run-1', 'b')
  }
})
