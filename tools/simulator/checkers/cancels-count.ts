// A run had ended when somebody was told that his cancel of it is settled.

import type { Checker } from '../story.ts'

export const cancelsCount: Checker = ({ commits, commands, keptAtMs }) => {
  const endedAtMs = new Map<string, number>()
  for (const { id, run_id, facts } of commits) {
    const atMs = keptAtMs.get(id) ?? 0
    if (facts.some(({ type }) => type === 'run-ended') && !endedAtMs.has(run_id)) endedAtMs.set(run_id, atMs)
  }
  return commands
    .filter(({ kind }) => kind === 'cancel')
    .filter(({ runId, settledAtMs }) => (endedAtMs.get(runId) ?? Number.POSITIVE_INFINITY) > settledAtMs)
    .map(({ runId }) => ({
      rule: 'cancels count',
      text: `${runId} goes on after its cancel was settled`,
    }))
}
