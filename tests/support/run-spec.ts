// Tests of the core as sentences: given what happened, when something happens, it says these facts.

import { expect } from 'vitest'
import type { Plan } from '../../orchestrator/core/graph/plan.ts'
import { decide } from '../../orchestrator/core/run/decide.ts'
import { evolve } from '../../orchestrator/core/run/evolve.ts'
import { Run } from '../../orchestrator/core/run/run.ts'
import type { RunFact } from '../../orchestrator/core/run/run-fact.ts'
import type { RunInput } from '../../orchestrator/core/run/run-input.ts'
import { defaultRunPolicy, type RunPolicy } from '../../orchestrator/core/run/run-policy.ts'
import type { AnswerError } from '../../shared/events/answer.ts'

export const openedAtMs = 1_000_000

export interface TimedInput {
  readonly atMs: number
  readonly input: RunInput
}

/** The run after `steps`, each decided and kept on its own. Plain inputs happen at `openedAtMs`. */
export function runAfter(plan: Plan, steps: readonly (RunInput | TimedInput)[]): Run {
  const run = new Run('run-1', plan)
  for (const step of steps) {
    const { atMs, input } = timed(step)
    const { facts, head } = decide(run, [input], atMs)
    evolve(run, facts, atMs)
    run.head = head
  }
  return run
}

export function given(plan: Plan, ...steps: readonly (RunInput | TimedInput)[]) {
  const run = runAfter(plan, steps)
  return {
    run,
    when(...inputs: readonly (RunInput | TimedInput)[]) {
      const atMs = Math.max(...inputs.map((input) => timed(input).atMs))
      const decided = decide(
        run,
        inputs.map((input) => timed(input).input),
        atMs,
      )
      return {
        ...decided,
        says: (...facts: readonly Partial<RunFact>[]) => {
          expect(decided.facts).toHaveLength(facts.length)
          expect(decided.facts).toMatchObject(facts as RunFact[])
        },
      }
    },
  }
}

export function at(atMs: number, input: RunInput): TimedInput {
  return { atMs, input }
}

export function open(policy: Partial<RunPolicy> = {}, reused: readonly string[] = []): RunInput {
  return {
    kind: 'open',
    tenant: 'default',
    policy: { ...defaultRunPolicy, ...policy },
    reused: reused.map((objectId) => ({ objectId, loadedAtMs: 5, result: `result of ${objectId}` })),
  }
}

export const dispatch: RunInput = { kind: 'dispatch', limit: 500 }
export const tick: RunInput = { kind: 'tick' }
export const cancel: RunInput = { kind: 'cancel', reason: 'an operator wants it' }

export function loaded(objectId: string, attempt?: number, result?: string): RunInput {
  return { kind: 'loaded', runId: 'run-1', objectId, attempt, info: undefined, result }
}

export function failed(objectId: string, attempt?: number, retryable = true): RunInput {
  const error = { code: 'LOADER_FAILED', retryable, detail: 'no' }
  return { kind: 'failed', runId: 'run-1', objectId, attempt, info: undefined, error }
}

/** As a zone answers whose breaker is open. */
export function refused(objectId: string, attempt?: number, changes: Partial<AnswerError> = {}): RunInput {
  const error = { code: 'TARGET_UNAVAILABLE', retryable: true, detail: 'its breaker is open', ...changes }
  return { kind: 'failed', runId: 'run-1', objectId, attempt, info: undefined, error }
}

function timed(step: RunInput | TimedInput): TimedInput {
  return 'input' in step ? step : { atMs: openedAtMs, input: step }
}
