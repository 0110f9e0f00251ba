// The house as `run` sees it: one in this process, or one behind a URL. The command does not know which.

import type { FactLine, OpenRunAnswer, OpenRunBody, RunResource } from '../shared/api/run-resource.ts'

export interface House {
  /** Whether the house ends with this process: then leaving it means giving up the run. */
  readonly isEmbedded: boolean
  /** Runs that were under way when the process before this house's ended, the newest first; none at an orchestrator. */
  readonly goingOn: readonly RunResource[]
  /** Resolves when the run is open. Rejects with a Fault. */
  openRun(body: OpenRunBody): Promise<OpenRunAnswer>
  /** The facts of a run from its beginning until it has ended or `signal` is aborted. */
  followFacts(runId: string, signal: AbortSignal): AsyncIterable<FactLine>
  cancelRun(runId: string, reason: string): Promise<void>
  close(): Promise<void>
}
