// The checker of late results notices work that was done and that nobody knows of.

import { describe, expect, it } from 'vitest'
import type { RunFact } from '../../../../../orchestrator/core/run/run-fact.ts'
import { lateResultsAreKept } from '../../../../../tools/simulator/checkers/late-results-are-kept.ts'
import {
  commitsOf,
  failed,
  failure,
  late,
  loaded,
  ready,
  refusal,
  retry,
  said,
  storyOf,
} from '../../../../support/story-of.ts'

const answer = { runId: 'r', objectId: '1001', attempt: 1, status: 'loaded', sentAtMs: 0 }
const answers = [answer]
const look = (facts: readonly RunFact[], changes: object = {}) =>
  lateResultsAreKept(storyOf({ commits: commitsOf(facts), answers, ...changes }))
const timedOut = retry(1, { given_up: 'timed-out' })

it.each<[string, readonly RunFact[]]>([
  ['was loaded in time', [ready('1001'), loaded('1001')]],
  ['had failed before', [ready('1001'), retry(1)]],
  ['was given up and heard late', [ready('1001'), timedOut, ready('1001', 2), late(1), loaded('1001', 2)]],
])('finds nothing where an attempt %s', (_, facts) => {
  expect(look(facts)).toEqual([])
})

it.each<[string, readonly RunFact[]]>([
  ['timed out', [ready('1001'), timedOut]],
  ['timed out for the last time', [ready('1001'), failed(1, { given_up: 'timed-out' })]],
  [
    'timed out, which is not said',
    [ready('1001'), retry(1, { error: { ...failure, detail: 'no answer to attempt 1' } })],
  ],
  ['was cancelled', [ready('1001'), said('object-cancelled', { attempt: 1 })]],
  ['was marked as loaded', [ready('1001'), said('object-marked-loaded', { attempt: 1 })]],
])('finds an answer without a word where its attempt %s', (_, facts) => {
  expect(look(facts)).toMatchObject([{ rule: 'late results are kept' }])
  expect(look(facts, { answers: [] })).toEqual([])
})

it('takes an answer to a run that nobody knew when it came for said: it lies in the DLQ topic', () => {
  const facts = [ready('1001'), timedOut]
  const letter = (code: string, attempt: number) => ({
    ...{ value: JSON.stringify({ id: '1001', run_id: 'r', attempt }), place: 'p', code, sentAtMs: 0 },
  })
  expect(look(facts, { letters: [letter('RUN_UNKNOWN', 1)] })).toEqual([])
  expect(look(facts, { letters: [letter('RUN_UNKNOWN', 2)] })).toHaveLength(1)
  expect(look(facts, { letters: [letter('EVENT_UNREADABLE', 1)] })).toHaveLength(1)
})

describe('an attempt that a breaker refused', () => {
  const refused = retry(1, { given_up: 'not-begun', error: refusal })

  it('has nothing to keep of that, and what it came to after all is kept', () => {
    const said = { ...answer, status: 'failed', code: refusal.code }
    expect(look([ready('1001'), refused], { answers: [said] })).toEqual([])
    expect(look([ready('1001'), timedOut], { answers: [said] })).toEqual([])
    expect(look([ready('1001'), refused], { answers: [said, answer] })).toHaveLength(1)
    expect(look([ready('1001'), refused, late(1)], { answers: [said, answer] })).toEqual([])
  })

  it('has no late result of the refusal', () => {
    const kept = { ...late(1, 'failed'), error: refusal } as RunFact
    expect(look([ready('1001'), refused, kept], { answers: [] })).toMatchObject([
      {
        rule: 'late results are kept',
        text: 'attempt 1 at 1001 of r was begun by nobody, and has a late result',
      },
    ])
  })
})

it('asks for nothing that was said before the attempt was announced: it was to an announcement that a store has lost', () => {
  const commits = commitsOf([ready('1001'), timedOut])
  const keptAtMs = (atMs: number) => new Map(commits.map(({ id }) => [id, atMs]))
  const story = { commits, answers: [{ ...answer, sentAtMs: 9 }] }
  expect(lateResultsAreKept(storyOf({ ...story, keptAtMs: keptAtMs(10) }))).toEqual([])
  expect(lateResultsAreKept(storyOf({ ...story, keptAtMs: keptAtMs(9) }))).toHaveLength(1)
})
