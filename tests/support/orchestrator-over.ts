// An orchestrator over the broker and the ledger of a zone's bench: both sides of the wire in one process.

import { MemoryBuildRegistry } from '../../orchestrator/adapters/memory/memory-build-registry.ts'
import { MemoryRunStore } from '../../orchestrator/adapters/memory/memory-run-store.ts'
import { memoryOrchestrator } from './memory-orchestrator.ts'
import type { ZoneBench } from './zone-bench.ts'

/** At work; `stop` stops it. */
export async function orchestratorOver(bench: ZoneBench) {
  const { clock, ledger: leases } = bench
  const store = new MemoryRunStore(() => clock.nowMs())
  const builds = new MemoryBuildRegistry(() => clock.nowMs())
  const stores = { store, recovery: store, leases, builds }
  const orchestrator = memoryOrchestrator({ ...stores, transport: bench.transport(), clock })
  const starting = orchestrator.start()
  await clock.advance(10_000)
  await starting
  const stop = async () => {
    const stopping = orchestrator.stop()
    await clock.advance(60_000)
    await stopping
  }
  return { store, builds, orchestrator, stop }
}
