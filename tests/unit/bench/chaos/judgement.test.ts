// The oracle of the chaos scenarios sees what must never happen: it could not be trusted otherwise.

import { describe, expect, it } from 'vitest'
import type { ExpectedRun } from '../../../../bench/chaos/house/chaos-objects.ts'
import { FencedSink } from '../../../../bench/chaos/oracle/fenced-sink.ts'
import { judge } from '../../../../bench/chaos/oracle/judgement.ts'
import type { LoadLine, LoadMark, StrikeLine, StrikeMark } from '../../../../bench/chaos/oracle/witness.ts'
import type { FactLine } from '../../../../shared/api/run-resource.ts'

/** b needs a; c fails once; d is refused, and e needs it. */
const expected: ExpectedRun = {
  runId: 'r',
  definitions: [],
  objects: new Map([
    ['a', { parents: [], end: 'loaded', retries: 0 }],
    ['b', { parents: ['a'], end: 'loaded', retries: 0 }],
    ['c', { parents: [], end: 'loaded', retries: 1 }],
    ['d', { parents: [], end: 'failed', retries: 0 }],
    ['e', { parents: ['d'], end: 'blocked', retries: 0 }],
  ]),
}

const load = (what: LoadMark, objectId: string, attempt = 1, pid = 1): LoadLine => ({
  what,
  atMs: 1,
  pid,
  runId: 'r',
  objectId,
  attempt,
})
const struck = (what: StrikeMark, pid = 1): StrikeLine => ({ what, atMs: 1, pid })
const fact = (type: string, object_id: string, attempt = 1): FactLine => ({
  type,
  at_ms: 1,
  run_id: 'r',
  object_id,
  attempt,
})
const runEnded: FactLine = { type: 'run-ended', at_ms: 1, run_id: 'r' }

const rightLines = [
  ...[load('start', 'a'), load('end', 'a'), load('start', 'b'), load('end', 'b')],
  ...[load('start', 'c'), load('fail', 'c'), load('start', 'c', 2), load('end', 'c', 2)],
  ...[load('start', 'd'), load('fail', 'd')],
]
const rightFacts = [
  ...[fact('object-loaded', 'a'), fact('object-loaded', 'b'), fact('object-loaded', 'c', 2)],
  ...[fact('object-failed', 'd'), fact('object-blocked', 'e'), runEnded],
]
const rightEffects: readonly (readonly [string, number])[] = [
  ['r/a', 1],
  ['r/b', 1],
  ['r/c', 2],
]

function judged({
  lines = rightLines as readonly (LoadLine | StrikeLine)[],
  facts = rightFacts as readonly FactLine[],
  effects = rightEffects,
  state = 'failed',
} = {}) {
  const sink = new FencedSink()
  for (const [object, attempt] of effects) sink.apply(object, attempt)
  return judge([{ expected, state, facts }], { lines, unreadable: [] }, sink)
}

describe('the oracle', () => {
  it('finds nothing in a run that is as it must be', () => {
    expect(judged()).toEqual({
      ...{ lost: [], early: [], wrong: [], doubled: [], foreign: [], unreadable: [] },
      ...{ executions: 5, duplicates: 0, inFlight: 0 },
    })
  })

  it('sees an object without an end, and a whole run that never ended', () => {
    expect(judged({ facts: rightFacts.filter(({ object_id }) => object_id !== 'e') }).lost).toEqual([
      'r/e has no end',
    ])
    const { lost, wrong } = judged({ facts: [], state: 'running' })
    expect(lost).toHaveLength(5)
    expect(wrong).toEqual(['r is running and should be failed', 'r ended 0 times'])
  })

  it('sees an object that is said to be loaded by an attempt that nobody has loaded', () => {
    const lines = rightLines.filter(({ what, objectId }) => what !== 'end' || objectId !== 'b')
    expect(judged({ lines }).lost).toEqual(['r/b attempt 1 was never loaded'])
    const facts = [fact('object-loaded', 'c', 1), ...rightFacts.filter(({ object_id }) => object_id !== 'c')]
    expect(judged({ facts }).lost).toEqual(['r/c attempt 1 was never loaded'])
  })

  it('sees a child that began before its parent had ended', () => {
    const lines = [load('start', 'b'), load('end', 'b'), ...rightLines.slice(0, 2), ...rightLines.slice(4)]
    expect(judged({ lines }).early).toEqual(['r/b began before a had ended'])
    expect(judged({ lines: [...rightLines, load('start', 'stranger')] }).early).toEqual([
      'r/stranger is no object of a run',
    ])
  })

  it('sees states that are not what they must be, ends that come twice, and runs that end twice', () => {
    const swapped = rightFacts.map((one) => (one.object_id === 'd' ? fact('object-loaded', 'd') : one))
    expect(judged({ facts: swapped }).wrong).toEqual(['r/d is loaded and should be failed'])
    expect(judged({ facts: [...rightFacts, fact('object-loaded', 'a')] }).wrong).toEqual([
      'r/a ended 2 times',
    ])
    expect(judged({ facts: [...rightFacts, runEnded] }).wrong).toEqual(['r ended 2 times'])
    expect(judged({ state: 'succeeded' }).wrong).toEqual(['r is succeeded and should be failed'])
  })

  it('counts loads that were done again, and not the retry that was due', () => {
    const again = [load('start', 'a', 1, 2), load('end', 'a', 1, 2), load('start', 'c', 3)]
    expect(judged({ lines: [...rightLines, ...again] })).toMatchObject({ executions: 7, duplicates: 2 })
  })

  it('does not let an object that was never begun make up for one that was done again', () => {
    const lines = [...rightLines.slice(2), load('start', 'b')]
    expect(judged({ lines }).duplicates).toBe(1)
  })

  it('counts what was in flight on struck processes, and on no other', () => {
    const lines = [
      ...[
        load('start', 'a', 1, 7),
        load('start', 'c', 1, 7),
        load('end', 'a', 1, 7),
        load('start', 'd', 1, 8),
      ],
      ...[struck('stopped', 7), struck('killed', 7), struck('killed', 7)],
    ]
    expect(judged({ lines }).inFlight).toBe(2)
  })

  it('sees that an effect stands which does not count', () => {
    expect(judged({ effects: [...rightEffects, ['r/a', 2]] }).foreign).toEqual(['r/a: 1 counts, 2 stands'])
    expect(judged({ effects: rightEffects.slice(1) }).foreign).toEqual(['r/a: 1 counts, nothing stands'])
  })

  it('sees effects that a broken sink applied twice', () => {
    const sink = new FencedSink()
    for (const [object, attempt] of rightEffects) sink.apply(object, attempt)
    sink.effects.push({ object: 'r/c', attempt: 1 }, { object: 'r/a', attempt: 1 })
    const told = [{ expected, state: 'failed', facts: rightFacts }]
    expect(judge(told, { lines: rightLines, unreadable: [] }, sink).doubled).toEqual([
      'r/c attempt 1 behind 2',
      'r/a attempt 1 behind 1',
    ])
  })

  it('hands on what could not be read', () => {
    const told = [{ expected, state: 'failed', facts: rightFacts }]
    expect(judge(told, { lines: rightLines, unreadable: ['sta'] }, new FencedSink()).unreadable).toEqual([
      'sta',
    ])
  })
})
