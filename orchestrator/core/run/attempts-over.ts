// The attempts of a run that nobody should begin any more: what came of them is decided.

import type { RunView } from './run-view.ts'

/**
 * Kafka delivers old Ready events again, and a zone whose ledger was lost would load what was answered long ago. All
 * attempts before the current one, and that too unless it is still out.
 */
export function attemptsOver(
  run: RunView,
): readonly { readonly objectId: string; readonly attempt: number }[] {
  return run.plan.objects.flatMap(({ id: objectId }, index) => {
    const out = run.stateOf(index) === 'ready' ? 1 : 0
    const over = Math.max(0, run.attemptOf(index) - out)
    return Array.from({ length: over }, (_, before) => ({ objectId, attempt: before + 1 }))
  })
}
