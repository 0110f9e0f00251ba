// An object's state only moves along the declared machine (docs/run-states.md).

import type { RunFact } from '../../../orchestrator/core/run/run-fact.ts'
import { type Checker, factsOf } from '../story.ts'

type State =
  | 'waiting'
  | 'ready'
  | 'retrying'
  | 'loaded'
  | 'failed'
  | 'blocked'
  | 'reused'
  | 'cancelled'
  | 'skipped'

/** What people may say of an object that is not there yet. */
const byHand = ['object-marked-loaded', 'object-skipped', 'late-result-accepted'] as const
/** What is said beside the machine, and moves nothing. */
const said = ['late-result'] as const

/** What may be said of an object in which state. */
const declared: Readonly<Record<State, readonly RunFact['type'][]>> = {
  waiting: [
    ...byHand,
    ...said,
    'object-last-load',
    'object-ready',
    'object-reused',
    'object-blocked',
    'object-cancelled',
  ],
  ready: [...byHand, ...said, 'object-loaded', 'object-failed', 'object-retry-scheduled', 'object-cancelled'],
  retrying: [...byHand, ...said, 'object-ready', 'object-cancelled'],
  loaded: said,
  reused: said,
  skipped: said,
  failed: [...byHand, ...said, 'object-retried', 'object-reset', 'object-discarded'],
  blocked: [...byHand, ...said, 'object-reset'],
  cancelled: [...byHand, ...said, 'object-retried', 'object-reset'],
}

/** Where a fact leads; what is not here stays where it is. */
const leadsTo: Readonly<Partial<Record<RunFact['type'], State>>> = {
  'object-ready': 'ready',
  'object-retry-scheduled': 'retrying',
  'object-loaded': 'loaded',
  'object-failed': 'failed',
  'object-blocked': 'blocked',
  'object-reused': 'reused',
  'object-cancelled': 'cancelled',
  'object-skipped': 'skipped',
  'object-marked-loaded': 'loaded',
  'late-result-accepted': 'loaded',
  'object-reset': 'waiting',
}

export const declaredTransitions: Checker = (story) => {
  const states = new Map<string, State>()
  return factsOf(story).flatMap(({ runId, fact }) => {
    if (!('object_id' in fact)) return []
    const name = `${fact.object_id} of ${runId}`
    const from = states.get(name) ?? 'waiting'
    states.set(name, leadsTo[fact.type] ?? from)
    if (declared[from].includes(fact.type)) return []
    return [{ rule: 'declared transitions', text: `${name} was ${from} and went to ${fact.type}` }]
  })
}
