// ZONE_POLICIES: what zones do otherwise than the rest of the configuration says, in the words of definitions.

import { isJsonObject, type Json, parseJson } from '../../../shared/base/json.ts'
import { zones } from '../../../shared/base/layer.ts'
import { failure, type Result, success } from '../../../shared/base/result.ts'
import type { ObjectPolicy } from '../graph/object-policy.ts'
import { readObjectPolicy } from '../graph/policy-fields.ts'
import { adviceOn } from '../graph/suggestion.ts'
import type { RunPolicy } from './run-policy.ts'

export type ZonePolicies = NonNullable<RunPolicy['zones']>

export const zonePoliciesWords =
  'JSON with the policies of zones in the words of definitions, as {"ingestion":{"max_retries":5,"attempt_timeout":"10m"}}'

/** The policies of a text, each said at least something; or all that is wrong with it, in words. */
export function zonePoliciesOf(text: string): Result<ZonePolicies, readonly string[]> {
  const given = parseJson(text)
  if (!isJsonObject(given)) return failure([`must be ${zonePoliciesWords}`])
  const wrong: string[] = []
  const policies: [string, ObjectPolicy][] = []
  for (const [zone, value = null] of Object.entries(given)) {
    const policy = readZone(zone, value, wrong)
    if (policy !== undefined) policies.push([zone, policy])
  }
  return wrong.length > 0 ? failure(wrong) : success(Object.fromEntries(policies))
}

function readZone(zone: string, given: Json, wrong: string[]): ObjectPolicy | undefined {
  if (!zones.some((known) => known === zone)) {
    wrong.push(`there is no zone ${JSON.stringify(zone)}; ${adviceOn(zone, zones)}`)
    return undefined
  }
  return readObjectPolicy(given, (_, message, hint) => wrong.push(`${zone}: ${message}; ${hint}`))
}
