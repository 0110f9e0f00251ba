// An orchestrator and a worker of the ingestion zone over one broker and one store in memory, in virtual time.

import type { Loader } from '../../workers/ports/loader.ts'
import { orchestratorOver } from './orchestrator-over.ts'
import { ZoneBench } from './zone-bench.ts'

/** Started. `stop` ends both, and any worker that the test has started on `bench` must be stopped before. */
export async function ingestionHouse(loader: Loader) {
  const bench = new ZoneBench()
  const zone = bench.zone(loader)
  await zone.start()
  const { store, builds, orchestrator, stop: stopOrchestrator } = await orchestratorOver(bench)
  const stop = async () => {
    await bench.stopped(zone)
    await stopOrchestrator()
  }
  return { bench, store, builds, orchestrator, zone, stop }
}
