// Whether an orchestrator knows the run that doctor was asked for, where nothing can be compared.

import { Fault } from '../../shared/base/fault.ts'
import type { ApiClient } from '../client/api-client.ts'
import { type Check, fail, warn } from './check.ts'
import type { ConsistencyReport } from './check-consistency.ts'
import { unknownRun } from './unknown-run.ts'

const name = 'consistency'
const noServer = '--run needs the KAFKA_BOOTSTRAP and REDIS_URL of the orchestrator, or --server'
const noBrokers =
  '--run compares with the KAFKA_BOOTSTRAP and REDIS_URL of the orchestrator; an embedded one has none'

/** `client` undefined: there is nobody to ask, so the question is wrong. Never rejects with a Fault. */
export async function lookForRun(client: ApiClient | undefined, runId: string): Promise<ConsistencyReport> {
  if (client === undefined)
    return reportOf(fail(name, `nobody could be asked for run '${runId}'`, noServer), true)
  try {
    const { state } = await client.getRun(runId)
    return reportOf(
      warn(name, `run '${runId}' is known (${state}), and nothing of it was compared`, noBrokers),
    )
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    if (error.code === 'RUN_UNKNOWN')
      return reportOf(unknownRun(runId, 'millefeuille status lists the runs'), true)
    return reportOf(fail(name, `run '${runId}' could not be looked for`, 'mend what fails above first'))
  }
}

function reportOf(check: Check, isUnknownRun = false): ConsistencyReport {
  return { check, isUnknownRun, findings: [], repairs: [] }
}
