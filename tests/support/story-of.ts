// A small story for the checkers of the simulator: 1001 and then 2001 are loaded, and all is as it should be.

import type {
  CommitRecord,
  ObjectFailed,
  ObjectRetryScheduled,
  RunFact,
} from '../../orchestrator/core/run/run-fact.ts'
import { defaultRunPolicy } from '../../orchestrator/core/run/run-policy.ts'
import type { Load, Story } from '../../tools/simulator/story.ts'
import { chained } from './chained.ts'
import { planOf } from './plan-of.ts'

const plan = planOf({ 1001: [], 2001: ['1001'] })

export const opened: RunFact = {
  type: 'run-opened',
  plan: plan.hash,
  objects: 2,
  tenant: 'default',
  policy: defaultRunPolicy,
}
export const ready = (object_id: string, attempt = 1): RunFact => ({
  type: 'object-ready',
  object_id,
  attempt,
})
export const loaded = (object_id: string, attempt = 1): RunFact => ({
  type: 'object-loaded',
  object_id,
  attempt,
})
export const failure = { code: 'X', retryable: true, detail: 'bad luck' }
/** A zone says that its breaker keeps it from loading. */
export const refusal = { code: 'TARGET_UNAVAILABLE', retryable: true, detail: 'its breaker is open' }
/** An attempt failed and is made again. */
export const retry = (attempt: number, changes: Partial<ObjectRetryScheduled> = {}): RunFact => ({
  type: 'object-retry-scheduled',
  object_id: '1001',
  attempt,
  due_at_ms: 1,
  error: failure,
  ...changes,
})
export const failed = (attempt: number, changes: Partial<ObjectFailed> = {}): RunFact => ({
  type: 'object-failed',
  object_id: '1001',
  attempt,
  error: failure,
  ...changes,
})
export const late = (attempt: number, outcome: 'loaded' | 'failed' = 'loaded'): RunFact => ({
  type: 'late-result',
  object_id: '1001',
  attempt,
  outcome,
})
/** Any fact of an object, or of the run, that says no more than who. */
export const said = (type: RunFact['type'], changes: object = {}): RunFact =>
  ({ type, object_id: '1001', by: 'ann', ...changes }) as RunFact
export const ended = (counts = {}): RunFact => ({
  type: 'run-ended',
  state: 'succeeded',
  counts: { loaded: 2, failed: 0, blocked: 0, reused: 0, cancelled: 0, ...counts },
  duration_ms: 1,
})

export function loadOf(objectId: string, changes: Partial<Load> = {}): Load {
  return {
    runId: 'r',
    objectId,
    attempt: 1,
    worker: 'w',
    startedAtMs: 0,
    overAtMs: 0,
    outcome: 'loaded',
    told: undefined,
    ...changes,
  }
}

/** What nobody can read, as it was sent. */
export const poison = { value: 'p1', place: 'event.load.loaded/0/7' }

/** Commits of run r, one for each list of facts. */
export function commitsOf(...facts: readonly (readonly RunFact[])[]): readonly CommitRecord[] {
  return facts.map((each, index) => chained('r', index + 1, index, each))
}

/** The good story with `changes`; the journal says what the commits say unless it is one of them. */
export function storyOf(changes: Partial<Story> = {}): Story {
  const commits =
    changes.commits ??
    commitsOf([opened, ready('1001')], [loaded('1001'), ready('2001')], [loaded('2001'), ended()])
  return {
    plans: new Map([['r', plan]]),
    policy: defaultRunPolicy,
    earlierLoads: [],
    foreignZone: null,
    isShared: false,
    leaseTroubles: [],
    commits,
    summaries: [],
    everKept: commits,
    keptAtMs: new Map(commits.map(({ id, at_ms }) => [id, at_ms])),
    commands: [],
    loads: [loadOf('1001'), loadOf('2001')],
    answers: [],
    journal: commits,
    journalValues: [],
    poison: [poison],
    letters: [{ ...poison, code: 'EVENT_UNREADABLE', sentAtMs: 0 }],
    waiting: [],
    opened: new Set(['r']),
    ...changes,
  }
}
