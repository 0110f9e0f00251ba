// While leases can be trusted, no two loaders work on one attempt at a time.

import type { Checker, Load, Violation } from '../story.ts'

export const oneLoaderAnAttempt: Checker = ({ loads, leasesMayFail }) => {
  if (leasesMayFail) return []
  const running = new Map<string, Load>()
  const violations: Violation[] = []
  for (const load of loads) {
    const name = `attempt ${load.attempt} at ${load.objectId} of ${load.runId}`
    const before = running.get(name)
    const isOver = before === undefined || (before.overAtMs ?? Number.POSITIVE_INFINITY) <= load.startedAtMs
    if (!isOver) {
      const text = `${name} was begun by ${load.worker} while ${before.worker} worked on it`
      violations.push({ rule: 'one loader an attempt', text })
    }
    running.set(name, load)
  }
  return violations
}
