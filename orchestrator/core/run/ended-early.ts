// Who or what ended a run before all in it had ended.

import type { ByHand } from './run-fact.ts'
import type { RunHead } from './run-view.ts'

/** By whom and why; undefined: the run goes on, came to its end by itself, or nobody said. */
export function endedEarlyBy({ ended, cutShort }: RunHead): Partial<ByHand> | undefined {
  if (cutShort === undefined || cutShort.state !== ended) return undefined
  const { state: _, ...hand } = cutShort
  return Object.keys(hand).length === 0 ? undefined : hand
}
