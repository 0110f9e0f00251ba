// The workers of each zone, summed up from what each says of itself.

import { type Zone, zones } from '../../shared/base/layer.ts'
import type { ZoneCrew } from '../core/run/wait-reason.ts'
import type { LiveWorker } from '../ports/zone-directory.ts'

/** Zones whose workers say nothing of themselves are not in it. */
export function crewsOf(workers: readonly LiveWorker[]): ReadonlyMap<Zone, ZoneCrew> {
  const crews = new Map<Zone, ZoneCrew>()
  for (const zone of zones) {
    const own = workers.filter((worker) => worker.zone === zone)
    if (own.length === 0) continue
    const sum = (of: (worker: LiveWorker) => number) => own.reduce((total, worker) => total + of(worker), 0)
    crews.set(zone, {
      workers: own.length,
      capacity: sum(({ capacity }) => capacity),
      running: sum(({ running }) => running),
    })
  }
  return crews
}
