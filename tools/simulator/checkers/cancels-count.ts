// A run had ended when somebody was told that his cancel of it is settled.

import { type Checker, factsOf } from '../story.ts'

export const cancelsCount: Checker = (story) => {
  const endedAtMs = new Map(
    factsOf(story).flatMap(({ runId, atMs, fact }) => (fact.type === 'run-ended' ? [[runId, atMs]] : [])),
  )
  return story.cancels
    .filter(({ runId, settledAtMs }) => (endedAtMs.get(runId) ?? Number.POSITIVE_INFINITY) > settledAtMs)
    .map(({ runId }) => ({
      rule: 'cancels count',
      text: `${runId} goes on after its cancel was settled`,
    }))
}
