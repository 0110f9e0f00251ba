// Why a client waited in vain: asks Kafka and Redis which of them does not answer.

import { Fault } from '../../shared/base/fault.ts'
import type { ProbeOptions } from '../../shared/http/probes.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import { within } from './within.ts'

export interface LateParts {
  readonly clock: Clock
  readonly probes: Pick<ProbeOptions, 'checks'>
}

/** How long Kafka and Redis have to answer when it is asked which of them is silent, in milliseconds. */
export const longestAskMs = 1_000

/**
 * TRANSPORT_UNAVAILABLE when Kafka is silent now, else STORE_UNAVAILABLE. The message is who is silent and
 * then `advice`; `run_id` is that of the detail. Settles within `longestAskMs`.
 */
export async function lateFault(
  { probes, clock }: LateParts,
  advice: string,
  runId: string | undefined,
): Promise<Fault> {
  const silent = async (name: string) => {
    const check = probes.checks.find((each) => each.name === name)
    if (check === undefined) return false
    const late = () => new Fault('TRANSPORT_UNAVAILABLE', 'silent')
    return within(clock, longestAskMs, check.check(), late).then(
      () => false,
      () => true,
    )
  }
  const [kafka, redis] = await Promise.all([silent('kafka'), silent('redis')])
  const detail = runId === undefined ? {} : { run_id: runId }
  return new Fault(
    kafka ? 'TRANSPORT_UNAVAILABLE' : 'STORE_UNAVAILABLE',
    `${inWords(kafka, redis)}; ${advice}`,
    {
      detail,
    },
  )
}

function inWords(kafka: boolean, redis: boolean): string {
  if (kafka && redis) return 'Kafka and Redis do not answer'
  if (kafka || redis) return `${kafka ? 'Kafka' : 'Redis'} does not answer`
  return 'Kafka or Redis did not answer in time'
}
