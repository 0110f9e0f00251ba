// Since when the reason holds for which an object is where it is, as far as the run knows.

import { freeSinceMs, timedSinceMs, waitsSinceMs } from './parent-wait.ts'
import type { RunView } from './run-view.ts'
import { type EndReason, type WaitReason, zoneAt } from './wait-reason.ts'

/**
 * In milliseconds since the epoch. Where the run does not say when the reason began (a lease was taken, the last slot
 * was), it is what must have come before: the announcement. docs/why.md says it reason by reason.
 */
export function sinceMsOf(run: RunView, index: number, reason: WaitReason | EndReason | undefined): number {
  switch (reason) {
    case 'not-due':
      return timedSinceMs(run, index)
    case 'paused':
      return Math.max(freeSinceMs(run, index), run.head.paused?.atMs ?? 0)
    case 'no-live-zone':
      return Math.max(heldSinceMs(run, index), run.head.deadSinceMs[zoneAt(run, index)] ?? 0)
    case 'announcing':
      return freeSinceMs(run, index)
    case 'late-result':
      return Math.max(waitsSinceMs(run, index), answeredLateAtMs(run, index))
    default:
      return waitsSinceMs(run, index)
  }
}

/** Of an object that is announced already, or could be. */
function heldSinceMs(run: RunView, index: number): number {
  return run.stateOf(index) === 'ready' ? waitsSinceMs(run, index) : freeSinceMs(run, index)
}

function answeredLateAtMs(run: RunView, index: number): number {
  return run.notesOf(index).late.find(({ outcome }) => outcome === 'loaded')?.atMs ?? 0
}
