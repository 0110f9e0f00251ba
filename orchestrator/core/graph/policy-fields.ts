// What a policy says of retries and time-outs: the same words in definitions and in the configuration.

import { isJsonObject, type Json, type JsonObject } from '../../../shared/base/json.ts'
import { type Complain, chosen, printed } from './definition-fields.ts'
import type { BackoffPolicy, ObjectPolicy } from './object-policy.ts'
import { adviceOn } from './suggestion.ts'
import { spanMsOf, spanWords } from './time-span.ts'

/** Takes what is wrong with the value at `at`, counted from the policy. */
export type ComplainOfPolicy = (at: readonly string[], message: string, hint: string) => void

interface Rule {
  /** Where the value goes. */
  readonly key: keyof ObjectPolicy | keyof BackoffPolicy
  readonly allowed: string
  /** Undefined: it is none. */
  readonly read: (given: Json) => number | null | undefined
}
type Rules = Readonly<Record<string, Rule>>

const dayMs = 86_400_000

const policyRules: Rules = {
  max_retries: {
    key: 'max_retries',
    allowed: 'a whole number from 0 to 1000',
    read: (given) => within(Number.isInteger(given) ? given : undefined, 0, 1_000),
  },
  attempt_timeout: timeout('attempt_timeout_ms'),
  answer_timeout: timeout('answer_timeout_ms'),
  pickup_timeout: timeout('pickup_timeout_ms'),
}

const backoffRules: Rules = {
  base: span('base_ms', 1),
  factor: {
    key: 'factor',
    allowed: 'a number from 1 to 100',
    read: (given) => within(given, 1, 100),
  },
  cap: span('cap_ms', 7),
}

function within(given: Json | undefined, least: number, most: number): number | undefined {
  return typeof given === 'number' && given >= least && given <= most ? given : undefined
}

/** From nothing to this many days. */
function span(key: Rule['key'], days: number): Rule {
  const allowed = `${spanWords}; at most ${days}d`
  return { key, allowed, read: (given) => within(spanMsOf(given), 0, days * dayMs) }
}

function timeout(key: Rule['key']): Rule {
  const allowed = `${spanWords}; from 1ms to 365d, or "never"`
  const isNever = (given: Json) => given === null || given === 'never'
  return { key, allowed, read: (given) => (isNever(given) ? null : within(spanMsOf(given), 1, 365 * dayMs)) }
}

/** The policy of a definition; undefined: it says nothing, or after complaints. */
export function readPolicy(definition: JsonObject, complain: Complain): ObjectPolicy | undefined {
  const { Politique: french, policy: english } = definition
  if (french === undefined && english === undefined) return undefined
  const given = chosen(french, english, 'policy', complain)
  if (given === undefined) return undefined
  return readObjectPolicy(given, (at, message, hint) =>
    complain({ code: 'BAD_POLICY', field: 'policy', at, message, hint }),
  )
}

/** Undefined: it says nothing. What is wrong is complained of, all of it, and left out. */
export function readObjectPolicy(given: Json, complain: ComplainOfPolicy): ObjectPolicy | undefined {
  if (!isJsonObject(given)) {
    complain([], `a policy is ${printed(given)}`, 'write { "max_retries": 5, "attempt_timeout": "10m" }')
    return undefined
  }
  const { backoff, ...others } = given
  const place = { at: [], others: ['backoff'] }
  const fields: ObjectPolicy = readFields(others, policyRules, place, complain)
  const backoffPolicy = backoff === undefined ? undefined : readBackoff(backoff, complain)
  const policy = backoffPolicy === undefined ? fields : { ...fields, backoff: backoffPolicy }
  return Object.keys(policy).length === 0 ? undefined : policy
}

function readBackoff(given: Json, complain: ComplainOfPolicy): Partial<BackoffPolicy> | undefined {
  if (!isJsonObject(given)) {
    const hint = 'write { "base": "2s", "factor": 2, "cap": "5m" }'
    complain(['backoff'], `backoff is ${printed(given)}`, hint)
    return undefined
  }
  const place = { at: ['backoff'], others: [] }
  const backoff: Partial<BackoffPolicy> = readFields(given, backoffRules, place, complain)
  const { base_ms = 0, cap_ms = base_ms } = backoff
  if (cap_ms < base_ms) {
    const message = `backoff.cap is ${printed(given.cap ?? null)}, less than backoff.base, ${printed(given.base ?? null)}`
    complain(['backoff', 'cap'], message, 'the cap is the longest wait: raise it, or lower the base')
  }
  return Object.keys(backoff).length === 0 ? undefined : backoff
}

/** The values of `given` under the keys of their rules; `others` are known, too. */
function readFields<Fields extends ObjectPolicy | Partial<BackoffPolicy>>(
  given: JsonObject,
  rules: Rules,
  { at, others }: { readonly at: readonly string[]; readonly others: readonly string[] },
  complain: ComplainOfPolicy,
): Fields {
  const fields: [string, number | null][] = []
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue
    const place = [...at, name]
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined
    const read = rule?.read(value)
    if (rule === undefined) {
      const hint = adviceOn(name, [...Object.keys(rules), ...others])
      complain(place, `there is no field ${printed(name)} in a ${at.at(-1) ?? 'policy'}`, hint)
    } else if (read === undefined) {
      complain(place, `${place.join('.')} is ${printed(value)}`, `allowed: ${rule.allowed}`)
    } else fields.push([rule.key, read])
  }
  return Object.fromEntries(fields) as Fields
}
