// Whoever ended badly has the fact that says why, and it is true: the error, the parent, the end of the run, the person.

import type { Plan } from '../../../orchestrator/core/graph/plan.ts'
import type {
  ObjectFailed,
  ObjectRetryScheduled,
  RunEnded,
  RunFact,
} from '../../../orchestrator/core/run/run-fact.ts'
import { mostUnclaimed } from '../../../orchestrator/core/run/run-policy.ts'
import { patienceIn } from '../oracle/story-books.ts'
import { type Checker, factsOf, isRefusal, type Story, type Violation } from '../story.ts'

/** What is known of a run while its facts are read. */
interface Known {
  readonly plan: Plan | undefined
  readonly retriesOf: (objectId: string) => number
  /** Failures of each object that count, since it was set back. */
  readonly failures: Map<string, number>
  /** How often a zone refused to begin an attempt at each object, since then. */
  readonly refused: Map<string, number>
  /** Objects that are not loaded and never will be. */
  readonly gone: Set<string>
}

export const endsAreExplained: Checker = (story) => {
  const runs = new Map<string, Known>()
  const patienceOf = patienceIn(story)
  const ofObjects = factsOf(story).flatMap(({ runId, fact }) => {
    const retriesOf = (objectId: string) => patienceOf(runId, objectId).maxRetries
    const known = runs.get(runId) ?? newlyKnown(story.plans.get(runId), retriesOf)
    runs.set(runId, known)
    const wrong = unexplained(fact, known)
    follow(fact, known)
    return wrong === undefined
      ? []
      : [violation(`${'object_id' in fact ? fact.object_id : ''} of ${runId} ${wrong}`)]
  })
  return [...ofObjects, ...strayCancels(story), ...wrongEnds(story)]
}

function newlyKnown(plan: Plan | undefined, retriesOf: Known['retriesOf']): Known {
  return { plan, retriesOf, failures: new Map(), refused: new Map(), gone: new Set() }
}

function unexplained(fact: RunFact, known: Known): string | undefined {
  if (fact.type === 'object-failed') return unexplainedFailure(fact, known)
  if (fact.type === 'object-blocked') {
    const isAbove = ancestorsOf(known.plan, fact.object_id).has(fact.by)
    return isAbove && known.gone.has(fact.by)
      ? undefined
      : `is blocked by ${fact.by}, which is not in its way`
  }
  return 'by' in fact && fact.by === '' ? `says ${fact.type} by nobody` : undefined
}

function unexplainedFailure(fact: ObjectFailed, known: Known): string | undefined {
  const { error, given_up, object_id } = fact
  if (error.code === '' || error.detail === '') return 'failed without an error'
  if (isSparedRefusal(fact, known)) return 'failed for good with an attempt that nobody had begun'
  const failures = (known.failures.get(object_id) ?? 0) + 1
  const retries = known.retriesOf(object_id)
  if (!error.retryable || given_up === 'lost' || failures > retries) return undefined
  return `failed for good with ${error.code} after ${failures} of ${retries + 1} tries`
}

/** Whatever the fact makes of it: what a breaker refuses is no failure, unless that was said too often. */
function isSparedRefusal(fact: ObjectFailed | ObjectRetryScheduled, { refused }: Known): boolean {
  return isRefusal(fact.error) && (refused.get(fact.object_id) ?? 0) < mostUnclaimed
}

function followRetry(fact: ObjectRetryScheduled, known: Known): void {
  const { object_id: id, given_up } = fact
  const isLost = given_up === 'lost' || given_up === 'not-begun'
  if (!isLost && !isSparedRefusal(fact, known)) known.failures.set(id, (known.failures.get(id) ?? 0) + 1)
  if (isRefusal(fact.error)) known.refused.set(id, (known.refused.get(id) ?? 0) + 1)
}

function follow(fact: RunFact, known: Known): void {
  if (!('object_id' in fact)) return
  const { object_id: id } = fact
  const { failures, refused, gone } = known
  if (fact.type === 'object-retry-scheduled') followRetry(fact, known)
  if (fact.type === 'object-reset') for (const counts of [failures, refused]) counts.delete(id)
  if (fact.type === 'object-failed' || fact.type === 'object-blocked' || fact.type === 'object-cancelled')
    gone.add(id)
  else if (fact.type !== 'late-result' && fact.type !== 'object-discarded' && fact.type !== 'object-retried')
    gone.delete(id)
}

/** An object is cancelled by the end of its run and by nothing else. */
function strayCancels({ commits }: Story): readonly Violation[] {
  return commits
    .filter(({ facts }) => facts.some(({ type }) => type === 'object-cancelled'))
    .filter(({ facts }) => !facts.some((fact) => fact.type === 'run-ended' && isEarly(fact.state)))
    .map(({ run_id, version }) =>
      violation(`commit ${version} of ${run_id} cancels objects and does not end the run`),
    )
}

/** Whoever ends a run early says why. One that went on after that, and lacks what was cancelled then, says the same again. */
function wrongEnds(story: Story): readonly Violation[] {
  const early = new Map<string, RunEnded>()
  const cutShort = new Set<string>()
  return factsOf(story).flatMap(({ runId, fact }) => {
    if (fact.type === 'run-reopened') cutShort.delete(runId)
    if (fact.type === 'object-cancelled') cutShort.add(runId)
    if (fact.type !== 'run-ended') return []
    const isTrue = cutShort.has(runId) ? isExcused(fact) : isWhatItIs(fact, early.get(runId))
    if (isEarly(fact.state)) early.set(runId, fact)
    return isTrue ? [] : [violation(`${runId} ended as ${fact.state} with ${JSON.stringify(fact.counts)}`)]
  })
}

function isExcused({ state, reason = '' }: RunEnded): boolean {
  return isEarly(state) && reason !== ''
}

/** `early`: how the run was ended early before, if it was. */
function isWhatItIs({ state, reason, counts }: RunEnded, early: RunEnded | undefined): boolean {
  if (counts.failed + counts.blocked > 0) return state === 'failed'
  if (counts.cancelled === 0) return state === 'succeeded'
  return early !== undefined && state === early.state && reason === early.reason
}

function isEarly(state: string): boolean {
  return state === 'cancelled' || state === 'timed-out'
}

function ancestorsOf(plan: Plan | undefined, objectId: string): ReadonlySet<string> {
  const above = new Set<string>()
  const queue = [objectId]
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const object = plan?.objects[plan.indexOf.get(id) ?? -1]
    for (const parent of object?.parents ?? []) {
      if (above.has(parent)) continue
      above.add(parent)
      queue.push(parent)
    }
  }
  return above
}

function violation(text: string): Violation {
  return { rule: 'ends are explained', text }
}
