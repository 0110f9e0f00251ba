// Every run that was opened ends exactly once, with every object in a final state and the counts to match.

import { type Checker, factsOf, type Violation } from '../story.ts'

const finalFacts: Readonly<Record<string, string>> = {
  'object-loaded': 'loaded',
  'object-failed': 'failed',
  'object-blocked': 'blocked',
  'object-reused': 'reused',
  'object-cancelled': 'cancelled',
}

export const everythingEnds: Checker = (story) => {
  const facts = factsOf(story)
  return [...story.opened].flatMap((runId) => {
    const own = facts.filter((entry) => entry.runId === runId).map(({ fact }) => fact)
    const ends = own.filter((fact) => fact.type === 'run-ended')
    const end = ends[0]
    if (ends.length !== 1 || end === undefined) return [violation(`${runId} ended ${ends.length} times`)]
    const states = new Map<string, string>()
    for (const fact of own) {
      const state = finalFacts[fact.type]
      if (state !== undefined && 'object_id' in fact) states.set(fact.object_id, state)
    }
    const open = (story.plans.get(runId)?.objects ?? []).filter((object) => !states.has(object.id))
    const counts = { loaded: 0, failed: 0, blocked: 0, reused: 0, cancelled: 0 } as Record<string, number>
    for (const state of states.values()) counts[state] = (counts[state] ?? 0) + 1
    const same = JSON.stringify(counts) === JSON.stringify(end.counts)
    return [
      ...open.map((object) => violation(`${object.id} of ${runId} never ended`)),
      ...(same
        ? []
        : [
            violation(`${runId} says ${JSON.stringify(end.counts)}, its facts say ${JSON.stringify(counts)}`),
          ]),
    ]
  })
}

function violation(text: string): Violation {
  return { rule: 'everything ends', text }
}
