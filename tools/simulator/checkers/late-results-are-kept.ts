// What an attempt says after it was given up is kept as a late result: nobody's work is lost without a word, and no more is kept.

import type { RunFact } from '../../../orchestrator/core/run/run-fact.ts'
import { isJsonObject, parseJson } from '../../../shared/base/json.ts'
import { endsAttempt } from '../oracle/ends-attempt.ts'
import {
  type Checker,
  factsOf,
  isRefusal,
  type Letter,
  type ReceivedAnswer,
  type Story,
  type Violation,
} from '../story.ts'

export const lateResultsAreKept: Checker = (story) => {
  const givenUp = new Set<string>()
  const kept = new Set(story.letters.flatMap(buriedAnswer))
  const out = new Map<string, number>()
  const announcedAtMs = new Map<string, number>()
  for (const { runId, commitId, fact } of factsOf(story)) {
    if (!('object_id' in fact)) continue
    const name = `${fact.object_id} of ${runId}`
    if (fact.type === 'late-result') kept.add(`attempt ${fact.attempt} at ${name}`)
    if (fact.type === 'object-ready') {
      out.set(name, fact.attempt)
      announcedAtMs.set(`attempt ${fact.attempt} at ${name}`, story.keptAtMs.get(commitId) ?? 0)
    }
    const attempt = out.get(name)
    if (attempt === undefined || !endsAttempt.has(fact.type)) continue
    out.delete(name)
    if (!isAnswer(fact)) givenUp.add(`attempt ${attempt} at ${name}`)
  }
  const answered = story.answers
    .filter((answer) => !isRefusal(answer))
    .map((answer) => ({ ...answer, name: nameOf(answer) }))
    // What was said before belongs to an announcement that a store has lost: it was not given up then.
    .filter(({ name, sentAtMs }) => sentAtMs >= (announcedAtMs.get(name) ?? 0))
    .map(({ name }) => name)
  const unsaid = [...new Set(answered)].filter((name) => givenUp.has(name) && !kept.has(name))
  const lost = unsaid.map((name) => violation(`${name} was given up, has answered, and nothing says so`))
  return [...lost, ...nobodysWork(story)]
}

/** An attempt that nobody has begun came to nothing that could be kept. */
function nobodysWork(story: Story): readonly Violation[] {
  return factsOf(story).flatMap(({ runId, fact }) => {
    if (fact.type !== 'late-result' || fact.error === undefined || !isRefusal(fact.error)) return []
    const name = nameOf({ runId, objectId: fact.object_id, attempt: fact.attempt })
    return [violation(`${name} was begun by nobody, and has a late result`)]
  })
}

function nameOf({
  runId,
  objectId,
  attempt,
}: Pick<ReceivedAnswer, 'runId' | 'objectId' | 'attempt'>): string {
  return `attempt ${attempt} at ${objectId} of ${runId}`
}

function violation(text: string): Violation {
  return { rule: 'late results are kept', text }
}

/** An answer to a run whose opening a store had lost is nobody's when it comes: it lies in the DLQ topic, and can be sent again. */
function buriedAnswer({ value, code }: Letter): readonly string[] {
  const json = parseJson(value)
  if (code !== 'RUN_UNKNOWN' || !isJsonObject(json)) return []
  return [`attempt ${json.attempt} at ${json.id} of ${json.run_id}`]
}

/** A time-out is nobody's answer, whatever the fact makes of it. */
function isAnswer(fact: RunFact): boolean {
  if (fact.type === 'object-loaded') return true
  return (
    'error' in fact &&
    fact.error !== undefined &&
    !('given_up' in fact) &&
    !isOrchestrators(fact.error.detail)
  )
}

/** A zone may say ATTEMPT_TIMED_OUT too: the words tell who said it. */
function isOrchestrators(detail: string): boolean {
  return detail.startsWith('no answer to attempt')
}
