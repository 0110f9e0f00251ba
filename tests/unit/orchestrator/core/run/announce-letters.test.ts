// What a commit says on the DLQ topic: what failed for good, and what somebody did about it.

import { describe, expect, it } from 'vitest'
import { announce } from '../../../../../orchestrator/core/run/announce.ts'
import { printCommit } from '../../../../../orchestrator/core/run/commit-record.ts'
import type { RunFact } from '../../../../../orchestrator/core/run/run-fact.ts'
import type { RunInput } from '../../../../../orchestrator/core/run/run-input.ts'
import type { Answer, AnswerError } from '../../../../../shared/events/answer.ts'
import { maxRecordBytes } from '../../../../../shared/events/event-record.ts'
import { defaultTopics } from '../../../../../shared/events/topics.ts'
import { chained } from '../../../../support/chained.ts'
import { planOf } from '../../../../support/plan-of.ts'
import { at, dispatch, given, open, openedAtMs, runAfter } from '../../../../support/run-spec.ts'

const plan = planOf({ a: { parents: [], definition: { id: 'a' } } })

function lettersOf(run: ReturnType<typeof runAfter>, version: number, facts: readonly RunFact[]) {
  const commit = chained(run.id, version, openedAtMs, facts)
  const records = announce(run, commit, printCommit(commit), defaultTopics)
  return records.filter(({ topic }) => topic === defaultTopics.dlq)
}

const broken: AnswerError = {
  code: 'LOADER_FAILED',
  retryable: true,
  detail: 'locked',
  stack: 'at a (a.ts:1:1)',
}
const failure = (error: AnswerError): Answer => {
  return { kind: 'failed', runId: 'run-1', objectId: 'a', attempt: undefined, info: undefined, error }
}
const died = (error: AnswerError): RunFact => ({ type: 'object-failed', object_id: 'a', attempt: 1, error })

describe('the letter of an object', () => {
  it('says its category, since when it fails, and the commit that says so', () => {
    const { when, run } = given(plan, open(), dispatch)
    const [letter] = lettersOf(run, 7, when(failure({ ...broken, retryable: false })).facts)
    expect(JSON.parse(letter?.value ?? '')).toMatchObject({
      ...{ category: 'refused', version: 7, error: { stack: 'at a (a.ts:1:1)' }, tenant: 'default' },
      ...{ first_at_ms: openedAtMs, last_at_ms: openedAtMs },
    })
  })

  it('says when the object failed first in its run, also before a retry', () => {
    const refused = failure({ ...broken, retryable: false })
    const retry = { kind: 'retry', objectId: 'a', by: 'ada' } as const
    const { when, run } = given(plan, open(), dispatch, at(openedAtMs + 1_000, refused), retry, dispatch)
    const [letter] = lettersOf(run, 9, when(refused).facts)
    expect(JSON.parse(letter?.value ?? '')).toMatchObject({ attempt: 2, first_at_ms: openedAtMs + 1_000 })
  })

  it('has room for no definition that would make it too large, and says so', () => {
    const large = planOf({ a: { parents: [], definition: { id: 'a', text: 'x'.repeat(maxRecordBytes) } } })
    const [letter] = lettersOf(runAfter(large, [open(), dispatch]), 2, [died(broken)])
    expect(Buffer.byteLength(letter?.value ?? '')).toBeLessThan(maxRecordBytes)
    expect(JSON.parse(letter?.value ?? '')).toMatchObject({ id: 'a', object_omitted: true })
  })

  it('has a reason in its headers that fits there', () => {
    const long = { ...broken, detail: 'x'.repeat(8_000) }
    const [letter] = lettersOf(runAfter(plan, [open(), dispatch]), 2, [died(long)])
    expect(letter?.headers.dlq_reason).toHaveLength(1_000)
    expect(JSON.parse(letter?.value ?? '').error.detail).toHaveLength(8_000)
  })
})

describe('what somebody did about an object', () => {
  const hand = { object_id: 'a', by: 'ada', reason: 'mended' }

  it.each<[RunFact, string]>([
    [{ type: 'object-retried', ...hand }, 'retried'],
    [{ type: 'object-discarded', ...hand }, 'discarded'],
    [{ type: 'object-marked-loaded', ...hand }, 'marked-loaded'],
    [{ type: 'object-skipped', ...hand }, 'skipped'],
    [{ type: 'late-result-accepted', attempt: 1, ...hand }, 'accepted'],
  ])('is told behind its letter: %o', (fact, resolved) => {
    const [letter] = lettersOf(runAfter(plan, [open()]), 4, [died(broken)])
    const [marker, ...none] = lettersOf(runAfter(plan, [open()]), 5, [fact])
    expect(none).toEqual([])
    expect(marker?.key).toBe(letter?.key)
    expect(JSON.parse(marker?.value ?? '')).toMatchObject({
      ...{ event: 'DeadLetterResolved', resolved, by: 'ada', reason: 'mended', run_id: 'run-1', id: 'a' },
      version: 5,
    })
  })
})

describe('an object that is loaded', () => {
  const loaded: RunFact = { type: 'object-loaded', object_id: 'a', attempt: 2 }
  const rerunOf = (hand: object) => ({ ...open(), rerunOf: 'the-first', ...hand }) as RunInput

  it('in a rerun closes its letter of the run before, under the key of that', () => {
    const run = runAfter(plan, [rerunOf({ by: 'ada', reason: 'mended' })])
    const [marker, ...none] = lettersOf(run, 5, [loaded])
    expect([marker?.key, none]).toEqual(['the-first', []])
    expect(JSON.parse(marker?.value ?? '')).toEqual({
      ...{ event: 'DeadLetterResolved', v: 1, resolved: 'reloaded', by: 'ada', reason: 'mended' },
      ...{ at_ms: openedAtMs, rerun: 'run-1', run_id: 'the-first', id: 'a' },
    })
    expect(marker?.headers.ce_id).toBe('run-1/a/2/DeadLetterResolved.reloaded')
    expect(JSON.parse(lettersOf(runAfter(plan, [rerunOf({})]), 5, [loaded])[0]?.value ?? '')).toMatchObject({
      by: 'somebody',
    })
  })

  it('in any other run says nothing of letters', () => {
    expect(lettersOf(runAfter(plan, [open()]), 5, [loaded])).toEqual([])
  })
})

describe('the stack of an error', () => {
  it('is kept of the last failure of an object, and of no failure that is tried again', () => {
    const { when } = given(plan, open(), dispatch)
    expect(when(failure(broken)).facts).toMatchObject([{ type: 'object-retry-scheduled' }])
    expect(JSON.stringify(when(failure(broken)).facts)).not.toContain('a.ts')
    expect(JSON.stringify(when(failure({ ...broken, retryable: false })).facts)).toContain('a.ts')
  })
})
