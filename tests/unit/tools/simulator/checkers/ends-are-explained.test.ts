// The checker of explanations notices an end without its reason, or with one that is not true.

import { expect, it } from 'vitest'
import type { RunFact } from '../../../../../orchestrator/core/run/run-fact.ts'
import { defaultRunPolicy, mostUnclaimed } from '../../../../../orchestrator/core/run/run-policy.ts'
import { endsAreExplained } from '../../../../../tools/simulator/checkers/ends-are-explained.ts'
import {
  commitsOf,
  ended,
  failed,
  failure,
  loaded,
  ready,
  refusal,
  retry,
  said,
  storyOf,
} from '../../../../support/story-of.ts'

const look = (facts: readonly RunFact[]) =>
  endsAreExplained(storyOf({ commits: commitsOf(facts), policy: { ...defaultRunPolicy, max_retries: 1 } }))
const refused = failed(1, { error: { ...failure, retryable: false } })
const blocked = (object_id: string, by: string) => said('object-blocked', { object_id, by })
const cancelled = { state: 'cancelled', reason: 'enough' } as const
const end = (changes: object) => ({ ...ended(), ...changes }) as RunFact
/** As it was, and one object is still cancelled. */
const still = { ...cancelled, counts: { ...countsOf(ended()), cancelled: 1 } }

it.each<[string, readonly RunFact[]]>([
  ['a failure that no retry helps, and what it blocks', [ready('1001'), refused, blocked('2001', '1001')]],
  ['a failure after the last retry', [ready('1001'), retry(1), ready('1001', 2), failed(2)]],
  ['an object that was lost too often', [ready('1001'), failed(1, { given_up: 'lost' })]],
  ['a failure after an attempt that was refused', [...twiceRefused(), retry(3), ready('1001', 4), failed(4)]],
  [
    'an object that was refused a hundred times',
    [
      ...refusals(mostUnclaimed),
      retry(101, { error: refusal }),
      ready('1001', 102),
      failed(102, { error: refusal }),
    ],
  ],
  [
    'an object that was refused often, and anew after a retry by hand',
    [
      ...refusals(mostUnclaimed),
      said('object-reset'),
      ...twiceRefused(),
      retry(3),
      ready('1001', 4),
      failed(4),
    ],
  ],
  ['a run that was cancelled', [said('object-cancelled'), end(cancelled)]],
  [
    'a run that went on after its cancel, and still lacks something',
    [said('object-cancelled'), end(cancelled), said('run-reopened'), end(still)],
  ],
  [
    'a run that went on after its cancel until all was loaded',
    [said('object-cancelled'), end(cancelled), said('run-reopened'), end({})],
  ],
  ['a run that failed', [end({ state: 'failed', counts: { ...countsOf(ended()), failed: 1 } })]],
])('finds nothing in a good story with %s', (_, facts) => {
  expect(look(facts)).toEqual([])
  expect(endsAreExplained(storyOf())).toEqual([])
})

it.each<[string, readonly RunFact[]]>([
  ['fails for good though it may be tried again', [ready('1001'), failed(1)]],
  [
    'fails though the tries before were spared',
    [ready('1001'), retry(1, { given_up: 'lost' }), ready('1001', 2), failed(2)],
  ],
  [
    'fails though an attempt before was refused, whatever its fact says',
    [ready('1001'), retry(1, { error: refusal }), ready('1001', 2), failed(2)],
  ],
  [
    'fails by an attempt that was refused',
    [ready('1001'), retry(1), ready('1001', 2), failed(2, { error: refusal })],
  ],
  [
    'fails by a refusal that is none too many since a retry by hand',
    [
      ...refusals(mostUnclaimed),
      said('object-reset'),
      ready('1001', 101),
      retry(101),
      ready('1001', 102),
      failed(102, { error: refusal }),
    ],
  ],
  [
    'fails without an error',
    [ready('1001'), failed(1, { error: { code: '', retryable: false, detail: '' } })],
  ],
  ['is blocked by a child of its own', [ready('2001'), blocked('1001', '2001')]],
  ['is blocked by a parent that is loaded', [ready('1001'), loaded('1001'), blocked('2001', '1001')]],
  [
    'is blocked by a parent that somebody has skipped since',
    [ready('1001'), refused, said('object-skipped'), blocked('2001', '1001')],
  ],
  ['is cancelled though its run goes on', [said('object-cancelled')]],
  ['is marked by nobody', [said('object-marked-loaded', { by: '' })]],
  ['belongs to a run that is cancelled for no reason', [end({ state: 'cancelled' })]],
  [
    'belongs to a run that calls it a failure that something is cancelled',
    [said('object-cancelled'), end(cancelled), said('run-reopened'), end({ ...still, state: 'failed' })],
  ],
  [
    'belongs to a run that forgets why it was cancelled when it ends anew',
    [said('object-cancelled'), end(cancelled), said('run-reopened'), end({ ...still, reason: 'no' })],
  ],
  [
    'belongs to a run that is cancelled again though something in it failed',
    [
      ...[said('object-cancelled'), end(cancelled), said('run-reopened')],
      end({ ...cancelled, counts: { ...countsOf(ended()), failed: 1 } }),
    ],
  ],
  ['belongs to a run that calls a failure a success', [end({ counts: { ...countsOf(ended()), failed: 1 } })]],
])('finds an object that %s', (_, facts) => {
  expect(look(facts)).toMatchObject([{ rule: 'ends are explained' }])
})

function countsOf(fact: RunFact) {
  return fact.type === 'run-ended' ? fact.counts : undefined
}

function refusals(times: number): readonly RunFact[] {
  return Array.from({ length: times }, (_, index) => [
    ready('1001', index + 1),
    retry(index + 1, { given_up: 'not-begun', error: refusal }),
  ]).flat()
}

function twiceRefused(): readonly RunFact[] {
  return [...refusals(2), ready('1001', 3)]
}
