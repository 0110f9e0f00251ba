// Every run that was opened has ended, with every object in a final state and the counts to match.

import type { RunFact } from '../../../orchestrator/core/run/run-fact.ts'
import { type Checker, factsOf, type Story, type Violation } from '../story.ts'

/** The state that a fact leads to, where it is final; null: it leads away from one. */
const leadsTo: Readonly<Partial<Record<RunFact['type'], string | null>>> = {
  'object-loaded': 'loaded',
  'object-marked-loaded': 'loaded',
  'late-result-accepted': 'loaded',
  'object-failed': 'failed',
  'object-blocked': 'blocked',
  'object-reused': 'reused',
  'object-cancelled': 'cancelled',
  'object-skipped': 'skipped',
  'object-reset': null,
  'object-ready': null,
}

export const everythingEnds: Checker = (story) => [...story.opened].flatMap((runId) => unended(story, runId))

function unended(story: Story, runId: string): readonly Violation[] {
  const own = factsOf(story).flatMap((entry) => (entry.runId === runId ? [entry.fact] : []))
  const ends = own.filter((fact) => fact.type === 'run-ended')
  const reopened = own.filter((fact) => fact.type === 'run-reopened').length
  const end = ends.at(-1)
  if (ends.length !== reopened + 1 || end === undefined)
    return [violation(`${runId} ended ${ends.length} times and was reopened ${reopened} times`)]
  const states = finalStates(own)
  const open = (story.plans.get(runId)?.objects ?? []).filter((object) => !states.has(object.id))
  const counts: Record<string, number> = {
    loaded: 0,
    failed: 0,
    blocked: 0,
    reused: 0,
    cancelled: 0,
    skipped: 0,
  }
  for (const state of states.values()) counts[state] = (counts[state] ?? 0) + 1
  const told: Readonly<Record<string, number>> = { skipped: 0, ...end.counts }
  const isSame = Object.entries(counts).every(([state, count]) => told[state] === count)
  const difference = `${runId} says ${JSON.stringify(end.counts)}, its facts say ${JSON.stringify(counts)}`
  return [
    ...open.map((object) => violation(`${object.id} of ${runId} never ended`)),
    ...(isSame ? [] : [violation(difference)]),
  ]
}

function finalStates(facts: readonly RunFact[]): ReadonlyMap<string, string> {
  const states = new Map<string, string>()
  for (const fact of facts) {
    const state = leadsTo[fact.type]
    if (state === undefined || !('object_id' in fact)) continue
    if (state === null) states.delete(fact.object_id)
    else states.set(fact.object_id, state)
  }
  return states
}

function violation(text: string): Violation {
  return { rule: 'everything ends', text }
}
