// What a fact is counted for in the table of a simulation: what no rule has looked at, no rule holds.

import type { ObjectReady, RunFact } from '../../orchestrator/core/run/run-fact.ts'

/** In few words, what else happens with the fact; mostly nothing. */
export function noteworthyIn(fact: RunFact): readonly string[] {
  if (fact.type === 'object-ready') return waysOn(fact)
  if (fact.type !== 'object-retry-scheduled') return []
  if (fact.error.detail === 'nobody had begun it in time') return ['not-picked-up']
  return fact.error.code === 'ATTEMPT_TIMED_OUT' ? ['timed-out'] : []
}

/** How it goes on without a parent of its own. */
function waysOn({ object_id, degraded = [] }: ObjectReady): readonly string[] {
  return degraded
    .filter(({ child, reason }) => child === object_id && reason !== 'skipped')
    .flatMap(({ reason, loaded_at_ms }) => [
      reason === 'late' ? 'went-on-late' : 'went-on-without',
      ...(loaded_at_ms === undefined ? [] : ['went-on-with-old']),
    ])
}
