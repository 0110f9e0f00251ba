// While leases can be trusted, no two loaders work on one attempt at a time.

import type { Checker, LeaseTrouble, Load, Violation } from '../story.ts'

/** What was claimed before the trouble may be begun this long after it. */
const afterwardsMs = 10_000

export const oneLoaderAnAttempt: Checker = ({ loads, leaseTroubles }) => {
  const running = new Map<string, Load>()
  const violations: Violation[] = []
  for (const load of loads) {
    // Its lease ran out while the claim was on its way, and it was told to give up at once.
    if (load.overAtMs === load.startedAtMs && load.outcome === undefined) continue
    const name = `attempt ${load.attempt} at ${load.objectId} of ${load.runId}`
    const before = running.get(name)
    if (
      before !== undefined &&
      isRunning(before, load.startedAtMs) &&
      !isExcused(before, load, leaseTroubles)
    ) {
      const text = `${name} was begun by ${load.worker} while ${before.worker} worked on it`
      violations.push({ rule: 'one loader an attempt', text })
    }
    running.set(name, load)
  }
  return violations
}

function isRunning({ overAtMs }: Load, atMs: number): boolean {
  return overAtMs === undefined || overAtMs > atMs
}

function isExcused(before: Load, load: Load, troubles: readonly LeaseTrouble[]): boolean {
  const fromMs = before.startedAtMs - afterwardsMs
  return troubles
    .filter(({ worker }) => worker === null || worker === before.worker || worker === load.worker)
    .some(({ atMs }) => atMs >= fromMs && atMs <= load.startedAtMs)
}
