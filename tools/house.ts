// The house as the command line sees it: one in this process, or one behind a URL. Commands do not know which.

import type { FactLine, OpenRunAnswer, OpenRunBody, RunResource } from '../shared/api/run-resource.ts'

export interface House {
  /** How people find it: `embedded`, or its URL. */
  readonly place: string
  /** Resolves when the run is open. Rejects with a Fault. */
  openRun(body: OpenRunBody): Promise<OpenRunAnswer>
  /** The facts of a run from its beginning until it has ended. */
  followFacts(runId: string, signal: AbortSignal): AsyncIterable<FactLine>
  listRuns(limit: number): Promise<readonly RunResource[]>
  getRun(runId: string): Promise<RunResource>
  cancelRun(runId: string, reason: string): Promise<RunResource>
  close(): Promise<void>
}
