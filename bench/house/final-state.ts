// What the store says of a run that has ended: it succeeded, and its facts load each object exactly once.

import { parseCommit } from '../../orchestrator/core/run/commit-record.ts'
import type { RunStore } from '../../orchestrator/ports/run-store.ts'
import { type Shape, sizeOf } from '../shape.ts'

/** Throws when a fact is missing or there twice. */
export async function assertFinalState(store: RunStore, runId: string, shape: Shape): Promise<void> {
  const summary = await store.summary(runId)
  if (summary?.state !== 'succeeded') throw new Error(`run ${runId} is ${summary?.state ?? 'unknown'}`)
  const loaded = new Set<string>()
  const stored = await store.read(runId, 0)
  for (const record of stored?.records ?? []) {
    for (const fact of parseCommit(record).facts) {
      if (fact.type !== 'object-loaded') continue
      if (loaded.has(fact.object_id)) throw new Error(`object ${fact.object_id} has two facts of its load`)
      loaded.add(fact.object_id)
    }
  }
  if (loaded.size !== sizeOf(shape)) throw new Error(`${loaded.size} of ${sizeOf(shape)} objects have a fact`)
}
