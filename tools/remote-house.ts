// An orchestrator behind a URL, as `run` sees it.

import type { FactLine, OpenRunAnswer, OpenRunBody } from '../shared/api/run-resource.ts'
import { Fault } from '../shared/base/fault.ts'
import type { ApiClient } from './client/api-client.ts'
import type { House } from './house.ts'

export class RemoteHouse implements House {
  readonly isEmbedded = false
  readonly goingOn = []
  readonly #client: ApiClient

  constructor(client: ApiClient) {
    this.#client = client
  }

  async openRun(body: OpenRunBody): Promise<OpenRunAnswer> {
    const opened = await this.#client.openRun(body)
    if (opened.ok) return opened.value
    // The files were checked here before: another version of the rules stands there.
    const first = opened.reason[0]
    throw new Fault(
      'DEFINITION_INVALID',
      `the orchestrator refuses what is valid here: ${first?.code} ${first?.message}`,
    )
  }

  followFacts(runId: string, signal: AbortSignal): AsyncIterable<FactLine> {
    return this.#client.followFacts(runId, { signal })
  }

  async cancelRun(runId: string, reason: string): Promise<void> {
    await this.#client.cancelRun(runId, reason)
  }

  async close(): Promise<void> {}
}
