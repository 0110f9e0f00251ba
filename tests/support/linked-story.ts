// A story of a run over p, its child c and its grandchild g, for checkers of what links and policies mean.

import type { RunFact } from '../../orchestrator/core/run/run-fact.ts'
import type { JsonObject } from '../../shared/base/json.ts'
import type { Story } from '../../tools/simulator/story.ts'
import { chained } from './chained.ts'
import { planOf } from './plan-of.ts'
import { opened, ready, storyOf } from './story-of.ts'

/** When it is 00:01 on the day of the story. */
export const untilMs = Date.parse('2026-01-01T00:01Z')

export type TimedFacts = readonly [atMs: number, ...facts: readonly RunFact[]]

/** `link`: what c says of its link to p; `own`: what else its definition says. Each of `commits` is one of run r. */
export function linkedStory(
  link: JsonObject,
  commits: readonly TimedFacts[],
  { own = {}, ...changes }: Partial<Story> & { readonly own?: JsonObject } = {},
): Story {
  const definition = { id: 'c', parents: [{ id: 'p', ...link }], ...own }
  const plan = planOf({ p: [], c: { parents: ['p'], definition }, g: ['c'] })
  const made = commits.map(([atMs, ...facts], index) => chained('r', index + 1, atMs, facts))
  return storyOf({ plans: new Map([['r', plan]]), commits: made, ...changes })
}

/** The run is opened, and knows when the time comes until which c waits. */
export const openedForDay = { ...opened, wait_until_ms: { '00:01': untilMs } } as RunFact

/** A fact of an object that needs no more than who, and what else is said. */
export const of = (object_id: string, type: RunFact['type'], changes: object = {}): RunFact =>
  ({ type, object_id, attempt: 1, by: 'ann', ...changes }) as RunFact

/** An object is announced without a parent of its own or of those above. */
export const readyWithout = (object_id: string, degraded: readonly object[], attempt = 1): RunFact =>
  ({ ...ready(object_id, attempt), degraded }) as RunFact

export const lastLoad = (loaded_at_ms: number): RunFact => of('p', 'object-last-load', { loaded_at_ms })

/** An attempt at an object failed, and is made again at `due_at_ms`. */
export const again = (object_id: string, due_at_ms: number, changes: object = {}): RunFact =>
  of(object_id, 'object-retry-scheduled', {
    ...{ due_at_ms, error: { code: 'X', retryable: true, detail: 'bad luck' } },
    ...changes,
  })
