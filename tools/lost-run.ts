// What becomes of a run whose follower loses the orchestrator: it goes on, and can be followed again.

import type { FactLine } from '../shared/api/run-resource.ts'
import { Fault, isRetryable } from '../shared/base/fault.ts'

/** The facts of a run that is known to be open once `isOpen` or a fact was seen: what ends the following then says that the run goes on. */
export async function* untilLost(
  runId: string,
  facts: AsyncIterable<FactLine>,
  isOpen: boolean,
): AsyncGenerator<FactLine, void> {
  let goesOn = isOpen
  try {
    for await (const fact of facts) {
      goesOn = fact.type !== 'run-ended'
      yield fact
    }
  } catch (error) {
    throw goesOn && isRetryable(error) ? lost(runId, error as Fault) : error
  }
}

function lost(runId: string, fault: Fault): Fault {
  const { reason = fault.message, url } = fault.detail
  const where = url === undefined ? '' : ` at ${url}`
  const message = `lost the orchestrator${where}: ${reason}; the run goes on without this command, at another replica or when its own is back. ${lookAgain(runId)}, with --server URL at another replica`
  return new Fault(fault.code, message, { cause: fault, detail: fault.detail })
}

/** How to follow a run again that goes on without the command. */
export function lookAgain(runId: string): string {
  return `Look again: millefeuille status ${runId} --follow`
}
