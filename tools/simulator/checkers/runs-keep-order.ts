// A run is opened once and first, ends once for each time that it goes on, and says nothing while it is paused or over.

import type { RunFact } from '../../../orchestrator/core/run/run-fact.ts'
import { type Checker, factsOf } from '../story.ts'

type Phase = 'unopened' | 'open' | 'paused' | 'ended'

const phases: Readonly<Partial<Record<RunFact['type'], Phase>>> = {
  'run-opened': 'open',
  'run-paused': 'paused',
  'run-resumed': 'open',
  'run-ended': 'ended',
  'run-reopened': 'open',
}

const isAllowed: Readonly<Record<Phase, (type: RunFact['type']) => boolean>> = {
  unopened: (type) => type === 'run-opened',
  open: (type) => !['run-opened', 'run-resumed', 'run-reopened'].includes(type),
  paused: (type) => !['run-opened', 'run-paused', 'run-reopened', 'object-ready'].includes(type),
  ended: (type) => ['run-reopened', 'late-result', 'object-discarded'].includes(type),
}

export const runsKeepOrder: Checker = (story) => {
  const now = new Map<string, Phase>()
  return factsOf(story).flatMap(({ runId, fact }) => {
    const phase = now.get(runId) ?? 'unopened'
    now.set(runId, phases[fact.type] ?? phase)
    if (isAllowed[phase](fact.type)) return []
    return [{ rule: 'runs keep order', text: `${runId} is ${phase} and says ${fact.type}` }]
  })
}
