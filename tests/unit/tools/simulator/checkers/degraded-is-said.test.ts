// The checker of what is missing notices what is not said of it, and what is said wrongly.

import { expect, it } from 'vitest'
import type { RunFact } from '../../../../../orchestrator/core/run/run-fact.ts'
import { degradedIsSaid } from '../../../../../tools/simulator/checkers/degraded-is-said.ts'
import { again, lastLoad, linkedStory, of, readyWithout } from '../../../../support/linked-story.ts'
import { ended, ready, storyOf } from '../../../../support/story-of.ts'

const look = (kind: string, ...facts: readonly RunFact[]) =>
  degradedIsSaid(linkedStory({ policy: kind }, [[1, ...facts]])).map(({ text }) => text)
const gone = of('p', 'object-failed')
const missing = { parent: 'p', child: 'c', reason: 'failed' }
const loadedWithout = (id: string, degraded: object[]) => of(id, 'object-loaded', { degraded })
const count = (degraded: number) => ({ ...ended(), degraded }) as RunFact
const begun = [gone, readyWithout('c', [missing])] as const
const done = [...begun, loadedWithout('c', [missing])] as const
const late = { ...missing, reason: 'late' }

it.each<[string, readonly string[]]>([
  [
    'all that is below says it, down to the end',
    look('optional', ...done, readyWithout('g', [missing]), loadedWithout('g', [missing]), count(2)),
  ],
  [
    'a parent is blocked',
    look('optional', of('p', 'object-blocked'), readyWithout('c', [{ ...missing, reason: 'blocked' }])),
  ],
  [
    'a parent is skipped',
    look('required', of('p', 'object-skipped'), readyWithout('c', [{ ...missing, reason: 'skipped' }])),
  ],
  ['a parent may still come', look('optional', readyWithout('c', [late]))],
  [
    'an old load serves',
    look('stale-ok', lastLoad(7), gone, readyWithout('c', [{ ...missing, loaded_at_ms: 7 }])),
  ],
  [
    'the next attempt has what the one before had not',
    look('optional', ...begun, again('c', 1), of('p', 'object-marked-loaded'), ready('c', 2), count(0)),
  ],
  [
    'an object that had gone on without is set back, and then blocked',
    look(
      'optional',
      ...begun,
      of('c', 'object-failed'),
      of('c', 'object-reset'),
      of('c', 'object-blocked'),
      count(0),
    ),
  ],
  [
    'an object that had gone on without is set back, and waits until the run ends',
    look(
      'optional',
      ...begun,
      of('c', 'object-failed'),
      of('c', 'object-reset'),
      of('c', 'object-cancelled'),
      count(0),
    ),
  ],
  [
    'the next attempt of an object that had gone on without never comes, as it is blocked',
    look('optional', ...begun, again('c', 1), of('c', 'object-blocked'), count(0)),
  ],
  [
    'an attempt that had gone on without is abandoned, and its object marked as loaded',
    look('optional', ...begun, of('c', 'object-marked-loaded'), ready('g'), count(0)),
  ],
  [
    'an attempt that had gone on without is abandoned, and its object skipped',
    look(
      'optional',
      ...[...begun, of('c', 'object-skipped')],
      ...[readyWithout('g', [{ parent: 'c', child: 'g', reason: 'skipped' }]), count(1)],
    ),
  ],
  [
    'a late result is accepted of an attempt that went on without',
    look(
      'optional',
      ...[...begun, again('c', 1), of('p', 'object-marked-loaded'), ready('c', 2)],
      ...[of('c', 'late-result-accepted'), readyWithout('g', [missing]), count(2)],
    ),
  ],
])('finds nothing where %s', (_, found) => {
  expect(found).toEqual([])
  expect(degradedIsSaid(storyOf())).toEqual([])
})

it.each<[string, readonly string[], string]>([
  ['is not said', look('optional', gone, ready('c')), 'c of r says that it goes on without []'],
  ['is said for another reason', look('optional', gone, readyWithout('c', [late])), 'p>c late'],
  ['is said though all is there', look('optional', of('p', 'object-loaded'), ...begun.slice(1)), 'it is []'],
  ['is there as an old load, which is not said', look('stale-ok', lastLoad(7), ...begun), 'p>c failed 7'],
  [
    'is forgotten when it is loaded',
    look('optional', ...begun, of('c', 'object-loaded')),
    'goes on without []',
  ],
  ['is not passed down', look('optional', ...done, ready('g')), 'g of r says that it goes on without []'],
  ['is not counted', look('optional', ...done, count(0)), 'says 0 are degraded, and 1 are'],
])('finds that what is missing %s', (_, found, text) => {
  expect(found).toEqual([expect.stringContaining(text)])
})
