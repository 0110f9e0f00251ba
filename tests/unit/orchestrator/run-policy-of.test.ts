// The policy of new runs is what the configuration says.

import { describe, expect, it } from 'vitest'
import { orchestratorConfig } from '../../../orchestrator/config.ts'
import { defaultRunPolicy } from '../../../orchestrator/core/run/run-policy.ts'
import { runPolicyOf } from '../../../orchestrator/run-policy-of.ts'

const policyOf = (env: Record<string, string>) => runPolicyOf(orchestratorConfig(env))

describe('the policy of new runs', () => {
  it('is the default without a single variable', () => expect(policyOf({})).toEqual(defaultRunPolicy))

  it('has retries, backoff and time-outs of the configuration', () => {
    const env = {
      MAX_RETRIES: '5',
      RETRY_BASE_MS: '10',
      RETRY_FACTOR: '1.5',
      RETRY_CAP_MS: '20',
      ATTEMPT_TIMEOUT_SECONDS: '1',
      ANSWER_TIMEOUT_SECONDS: '2',
      PICKUP_TIMEOUT_SECONDS: '0.5',
      RUN_TIMEOUT_SECONDS: '4',
    }
    expect(policyOf(env)).toEqual({
      max_retries: 5,
      backoff: { base_ms: 10, factor: 1.5, cap_ms: 20 },
      attempt_timeout_ms: 1_000,
      answer_timeout_ms: 2_000,
      pickup_timeout_ms: 500,
      run_timeout_ms: 4_000,
    })
  })

  it.each([
    ['ATTEMPT_TIMEOUT_SECONDS', 'attempt_timeout_ms'],
    ['ANSWER_TIMEOUT_SECONDS', 'answer_timeout_ms'],
    ['PICKUP_TIMEOUT_SECONDS', 'pickup_timeout_ms'],
    ['RUN_TIMEOUT_SECONDS', 'run_timeout_ms'],
  ])('takes %s=0 as never', (variable, field) => {
    expect(policyOf({ [variable]: '0' })).toMatchObject({ [field]: null })
  })

  it('has what zones do otherwise, in the words of definitions', () => {
    const zones = {
      ingestion: { max_retries: 5, attempt_timeout: '10m', backoff: { base: '2s', cap: '5m' } },
      standardization: {},
      application: { pickup_timeout: 'never' },
    }
    expect(policyOf({ ZONE_POLICIES: JSON.stringify(zones) }).zones).toEqual({
      ingestion: {
        max_retries: 5,
        attempt_timeout_ms: 600_000,
        backoff: { base_ms: 2_000, cap_ms: 300_000 },
      },
      application: { pickup_timeout_ms: null },
    })
    for (const nothing of ['', ' ', '{}', '{"ingestion":{}}'])
      expect(policyOf({ ZONE_POLICIES: nothing })).not.toHaveProperty('zones')
  })
})
