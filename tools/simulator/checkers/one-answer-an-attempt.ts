// However often an attempt is loaded, it has one answer, as long as the store that knows it has lost nothing.

import type { Checker } from '../story.ts'

export const oneAnswerAnAttempt: Checker = ({ answers, leaseTroubles }) => {
  if (leaseTroubles.some(({ worker }) => worker === null)) return []
  const first = new Map<string, string>()
  return answers.flatMap(({ runId, objectId, attempt, status }) => {
    const name = `attempt ${attempt} at ${objectId} of ${runId}`
    const before = first.get(name) ?? status
    first.set(name, before)
    return before === status
      ? []
      : [{ rule: 'one answer an attempt', text: `${name} was answered with ${before} and with ${status}` }]
  })
}
