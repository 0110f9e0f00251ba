// A directory of workers in which every zone has somebody, for tests that are the zones themselves.

import type { LiveWorker, ZoneDirectory } from '../../orchestrator/ports/zone-directory.ts'
import { zones } from '../../shared/base/layer.ts'

export const livelyZones: ZoneDirectory = {
  workers: async () =>
    zones.map((zone): LiveWorker => {
      return { zone, owner: 'the test', version: '0', capacity: 1, running: 0, seenAtMs: 0 }
    }),
}
