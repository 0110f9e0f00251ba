// The policy of new runs, as the configuration asks for it.

import { assert } from '../shared/base/assert.ts'
import type { OrchestratorConfig } from './config.ts'
import type { RunPolicy } from './core/run/run-policy.ts'
import { type ZonePolicies, zonePoliciesOf } from './core/run/zone-policies.ts'

export function runPolicyOf({ retry, run }: Pick<OrchestratorConfig, 'retry' | 'run'>): RunPolicy {
  const zones = zonesOf(run.zonePolicies)
  return {
    max_retries: retry.maxRetries,
    backoff: { base_ms: retry.baseMs, factor: retry.factor, cap_ms: retry.capMs },
    attempt_timeout_ms: run.attemptTimeoutMs === 0 ? null : run.attemptTimeoutMs,
    answer_timeout_ms: run.answerTimeoutMs === 0 ? null : run.answerTimeoutMs,
    pickup_timeout_ms: run.pickupTimeoutMs === 0 ? null : run.pickupTimeoutMs,
    run_timeout_ms: run.runTimeoutMs === 0 ? null : run.runTimeoutMs,
    ...(Object.keys(zones).length === 0 ? {} : { zones }),
  }
}

function zonesOf(text: string | undefined): ZonePolicies {
  const policies = zonePoliciesOf(text ?? '{}')
  assert(policies.ok, 'ZONE_POLICIES was checked when the configuration was read')
  return policies.value
}
