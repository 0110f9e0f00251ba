// A bound on how long a client waits.

import type { Fault } from '../../shared/base/fault.ts'
import type { Clock } from '../../shared/ports/clock.ts'

/** Settles as `work` does, or rejects with `late()` after `limitMs`; then the work goes on without its watcher. */
export async function within<Outcome>(
  clock: Clock,
  limitMs: number,
  work: Promise<Outcome>,
  late: () => Fault | Promise<Fault>,
): Promise<Outcome> {
  let cancel = () => {}
  const limit = new Promise<never>((_, reject) => {
    const timer = clock.after(limitMs, () => void Promise.resolve(late()).then(reject))
    cancel = () => timer.cancel()
  })
  return Promise.race([work, limit]).finally(cancel)
}
