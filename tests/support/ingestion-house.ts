// An orchestrator and a worker of the ingestion zone over one broker and one store in memory, in virtual time.

import { MemoryRunStore } from '../../orchestrator/adapters/memory/memory-run-store.ts'
import type { Loader } from '../../workers/ports/loader.ts'
import { orchestratorOver } from './orchestrator-over.ts'
import { ZoneBench } from './zone-bench.ts'

/** Started. `stop` ends both, and any worker that the test has started on `bench` must be stopped before. */
export async function ingestionHouse(loader: Loader) {
  const bench = new ZoneBench()
  const { clock } = bench
  const store = new MemoryRunStore(() => clock.nowMs())
  const orchestrator = orchestratorOver(bench, store)
  const zone = bench.zone(loader)
  await zone.start()
  const starting = orchestrator.start()
  await clock.advance(10_000)
  await starting
  const stop = async () => {
    await bench.stopped(zone)
    const stopping = orchestrator.stop()
    await clock.advance(60_000)
    await stopping
  }
  return { bench, store, orchestrator, zone, stop }
}
