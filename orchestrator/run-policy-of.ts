// The policy of new runs, as the configuration asks for it.

import type { OrchestratorConfig } from './config.ts'
import type { RunPolicy } from './core/run/run-policy.ts'

export function runPolicyOf({ retry, run }: Pick<OrchestratorConfig, 'retry' | 'run'>): RunPolicy {
  return {
    max_retries: retry.maxRetries,
    backoff: { base_ms: retry.baseMs, factor: retry.factor, cap_ms: retry.capMs },
    attempt_timeout_ms: run.attemptTimeoutMs === 0 ? null : run.attemptTimeoutMs,
    answer_timeout_ms: run.answerTimeoutMs === 0 ? null : run.answerTimeoutMs,
    run_timeout_ms: run.runTimeoutMs === 0 ? null : run.runTimeoutMs,
  }
}
