// Which attempts of the runs in memory are out for longer than it may take to pick them up.

import { patienceOf, shortestPickupMs } from '../core/run/object-patience.ts'
import type { Run } from '../core/run/run.ts'
import type { AttemptName } from '../ports/lease-book.ts'

interface LateAttempt extends AttemptName {
  readonly sinceMs: number
}

/** At most `most`, those that wait longest first, and none that `rests`. Whether somebody has them is not known here. */
export function unclaimed(
  runs: Iterable<{ readonly run: Run | undefined }>,
  nowMs: number,
  most: number,
  rests: (attempt: AttemptName) => boolean,
): readonly AttemptName[] {
  const late = [...runs].flatMap(({ run }) => (run === undefined ? [] : lateOf(run, nowMs)))
  return late
    .filter((attempt) => !rests(attempt))
    .sort((a, b) => a.sinceMs - b.sinceMs)
    .slice(0, most)
}

function lateOf(run: Run, nowMs: number): readonly LateAttempt[] {
  const { ended, counts } = run.head
  const shortestMs = ended === undefined && counts.ready > 0 ? shortestPickupMs(run) : undefined
  if (shortestMs === undefined) return []
  const late: LateAttempt[] = []
  for (const [index, { id: objectId }] of run.plan.objects.entries()) {
    if (run.stateOf(index) !== 'ready') continue
    const sinceMs = run.sinceMsOf(index)
    if (nowMs - sinceMs < shortestMs) continue
    const pickupMs = patienceOf(run, index).pickup_timeout_ms ?? Number.POSITIVE_INFINITY
    if (nowMs - sinceMs < pickupMs) continue
    late.push({ runId: run.id, objectId, attempt: run.attemptOf(index), sinceMs })
  }
  return late
}
