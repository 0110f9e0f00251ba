// The policy of an object: what a definition may say of retries and time-outs, and what is wrong with some.

import { describe, expect, it } from 'vitest'
import { definePlan, definePlanOfObjects } from '../../../../../orchestrator/core/graph/define-plan.ts'
import type { Json, JsonObject } from '../../../../../shared/base/json.ts'

function policyOf(fields: JsonObject) {
  const outcome = definePlanOfObjects({ objects: [{ id: 1001, ...fields }] })
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.reason))
  expect(outcome.value.warnings).toEqual([])
  return outcome.value.plan.objects[0]?.policy
}

function faultsOf(policy: Json) {
  const outcome = definePlanOfObjects({ objects: [{ id: 1001, policy }] })
  return outcome.ok ? [] : outcome.reason
}

/** Fault of `policy` as it is told: pointer within it, message, hint. */
const told = (policy: Json) =>
  faultsOf(policy).map(({ code, severity, pointer, message, hint }) => {
    expect([code, severity]).toEqual(['BAD_POLICY', 'error'])
    return [pointer.replace('/objects/0/policy', ''), message, hint]
  })

describe('the policy of an object', () => {
  it('says retries, backoff and time-outs, in milliseconds once it is read', () => {
    const given = {
      max_retries: 5,
      backoff: { base: '2s', factor: 2, cap: '5m' },
      attempt_timeout: '10m',
      answer_timeout: '1h',
      pickup_timeout: 300,
    }
    expect(policyOf({ policy: given })).toEqual({
      max_retries: 5,
      backoff: { base_ms: 2_000, factor: 2, cap_ms: 300_000 },
      attempt_timeout_ms: 600_000,
      answer_timeout_ms: 3_600_000,
      pickup_timeout_ms: 300_000,
    })
  })

  it('may be called Politique', () => {
    expect(policyOf({ Politique: { max_retries: 0 } })).toEqual({ max_retries: 0 })
    expect(policyOf({ Politique: { max_retries: 1 }, policy: { max_retries: 1 } })).toEqual({
      max_retries: 1,
    })
  })

  it('says nothing of what it does not name', () => {
    expect(policyOf({ policy: { backoff: { base: '1s' } } })).toEqual({ backoff: { base_ms: 1_000 } })
  })

  it.each([[{}], [{ policy: null }], [{ policy: {} }], [{ policy: { backoff: {} } }]])(
    'is none where nothing is said: %j',
    (fields) => expect(policyOf(fields)).toBeUndefined(),
  )

  it.each(['attempt_timeout', 'answer_timeout', 'pickup_timeout'])('may say of %s: never', (field) => {
    for (const never of [null, 'never'])
      expect(policyOf({ policy: { [field]: never } })).toEqual({ [`${field}_ms`]: null })
  })
})

describe('what is wrong with a policy is BAD_POLICY', () => {
  const whole = 'allowed: a whole number from 0 to 1000'
  const spans = 'allowed: a number with ms, s, m, h or d, as "90s" or "1.5h", or a number of seconds'
  const object = 'write { "max_retries": 5, "attempt_timeout": "10m" }'

  it.each<readonly [Json, string, string, string]>([
    ['gold', '', 'a policy is "gold"', object],
    [[], '', 'a policy is a list', object],
    [{ max_retries: 'many' }, '/max_retries', 'max_retries is "many"', whole],
    [{ max_retries: 1.5 }, '/max_retries', 'max_retries is 1.5', whole],
    [{ max_retries: -1 }, '/max_retries', 'max_retries is -1', whole],
    [{ max_retries: 1_001 }, '/max_retries', 'max_retries is 1001', whole],
    [{ max_retries: null }, '/max_retries', 'max_retries is null', whole],
    [{ backoff: '2s' }, '/backoff', 'backoff is "2s"', 'write { "base": "2s", "factor": 2, "cap": "5m" }'],
    [{ backoff: { base: '2 days' } }, '/backoff/base', 'backoff.base is "2 days"', `${spans}; at most 1d`],
    [{ backoff: { base: '25h' } }, '/backoff/base', 'backoff.base is "25h"', `${spans}; at most 1d`],
    [{ backoff: { cap: '8d' } }, '/backoff/cap', 'backoff.cap is "8d"', `${spans}; at most 7d`],
    [
      { backoff: { factor: 0.5 } },
      '/backoff/factor',
      'backoff.factor is 0.5',
      'allowed: a number from 1 to 100',
    ],
    [
      { backoff: { base: '10s', cap: 5 } },
      '/backoff/cap',
      'backoff.cap is 5, less than backoff.base, "10s"',
      'the cap is the longest wait: raise it, or lower the base',
    ],
    [
      { attempt_timeout: '10' },
      '/attempt_timeout',
      'attempt_timeout is "10"',
      `${spans}; from 1ms to 365d, or "never"`,
    ],
    [
      { answer_timeout: 0 },
      '/answer_timeout',
      'answer_timeout is 0',
      `${spans}; from 1ms to 365d, or "never"`,
    ],
    [
      { pickup_timeout: '366d' },
      '/pickup_timeout',
      'pickup_timeout is "366d"',
      `${spans}; from 1ms to 365d, or "never"`,
    ],
    [
      { max_retires: 5 },
      '/max_retires',
      'there is no field "max_retires" in a policy',
      'did you mean max_retries?',
    ],
    [{ back_off: {} }, '/back_off', 'there is no field "back_off" in a policy', 'did you mean backoff?'],
    [
      { x: 5 },
      '/x',
      'there is no field "x" in a policy',
      'known are max_retries, attempt_timeout, answer_timeout, pickup_timeout, backoff',
    ],
    [
      { backoff: { bases: 5 } },
      '/backoff/bases',
      'there is no field "bases" in a backoff',
      'did you mean base?',
    ],
    [{ constructor: 5 }, '/constructor', 'there is no field "constructor" in a policy', expect.any(String)],
  ])('%j', (policy, pointer, message, hint) => expect(told(policy)).toEqual([[pointer, message, hint]]))

  it('all of it at once', () => {
    const pointers = told({ max_retries: 'x', retries: 1, backoff: { base: 'x', factor: 0 } })
    expect(pointers.map(([pointer]) => pointer).sort()).toEqual([
      '/backoff/base',
      '/backoff/factor',
      '/max_retries',
      '/retries',
    ])
  })

  it('at its line and column, under the name it has in the file', () => {
    const text = '[\n { "id": 1001,\n   "Politique": { "backoff": {\n     "factor": "2" } } } ]'
    const outcome = definePlan({ files: [{ file: 'f.json', text }] })
    expect(outcome.ok ? [] : outcome.reason).toMatchObject([
      { file: 'f.json', line: 4, column: 16, pointer: '/0/Politique/backoff/factor' },
    ])
  })

  it('but given twice it is BAD_TYPE, as of every field', () => {
    const outcome = definePlanOfObjects({
      objects: [{ id: 1001, Politique: { max_retries: 1 }, policy: { max_retries: 2 } }],
    })
    expect(outcome.ok ? [] : outcome.reason).toMatchObject([
      { code: 'BAD_TYPE', pointer: '/objects/0/Politique' },
    ])
  })
})
