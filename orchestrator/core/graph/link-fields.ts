// A parent written as an object: which one, and what it means to the child when it is not there.

import type { Json, JsonObject } from '../../../shared/base/json.ts'
import { printed } from './definition-fields.ts'
import { type LinkPolicy, linkKinds } from './link-policy.ts'
import type { ComplainOfPolicy } from './policy-fields.ts'
import { adviceOn } from './suggestion.ts'
import { spanMsOf, spanWords } from './time-span.ts'

export interface WrittenLink {
  /** As it stands in a list of parents. */
  readonly id: string | number
  /** The field that holds it. */
  readonly member: string
  /** Undefined: the link is simply required. */
  readonly policy: LinkPolicy | undefined
}

const fieldNames = {
  id: ['id', 'IdObjet'],
  policy: ['policy', 'Politique'],
  max_age: ['max_age', 'AgeMax'],
  wait_until: ['wait_until', 'AttendreJusqua'],
} as const
type LinkField = keyof typeof fieldNames
const known: readonly string[] = Object.values(fieldNames).flat()

const mostDays = 3_650
const timeOfDay = /^([01]\d|2[0-3]):[0-5]\d$/

/** Undefined: it names no parent. What is wrong is complained of, all of it, and read as if it were not there. */
export function readLink(given: JsonObject, complain: ComplainOfPolicy): WrittenLink | undefined {
  const link = new LinkReader(given, complain)
  link.checkNames()
  const policy = link.policy()
  const { name, value } = link.valueOf('id')
  if (typeof value === 'number') return { id: value, member: name, policy }
  if (typeof value === 'string' && value.trim() !== '') return { id: value, member: name, policy }
  const at = value === undefined ? [] : [name]
  const message =
    value === undefined ? 'the link names no parent' : `the parent of the link is ${printed(value)}`
  complain(at, message, 'write { "id": 2001, "policy": "optional" }')
  return undefined
}

class LinkReader {
  readonly #given: JsonObject
  readonly #complain: ComplainOfPolicy

  constructor(given: JsonObject, complain: ComplainOfPolicy) {
    this.#given = given
    this.#complain = complain
  }

  checkNames(): void {
    for (const name of Object.keys(this.#given)) {
      if (known.includes(name)) continue
      this.#complain([name], `there is no field ${printed(name)} in a link`, adviceOn(name, known))
    }
  }

  /** The value under the name that is given; null is as good as nothing. Two names must say the same. */
  valueOf(field: LinkField): { readonly name: string; readonly value: Json | undefined } {
    const [english, french] = fieldNames[field]
    const names = [english, french].filter((name) => (this.#given[name] ?? null) !== null)
    const [name = english] = names
    if (names.length > 1 && JSON.stringify(this.#given[english]) !== JSON.stringify(this.#given[french])) {
      const message = `the field is given twice: ${printed(this.#given[english] ?? null)} and ${printed(this.#given[french] ?? null)}`
      this.#complain([french], message, `keep one of ${english}, ${french}`)
    }
    return { name, value: this.#given[name] ?? undefined }
  }

  policy(): LinkPolicy | undefined {
    const kind = this.#kind()
    const maxAgeMs = this.#maxAgeMs(kind)
    const waitUntil = this.#waitUntil(kind)
    if (kind === undefined || kind === 'required') return undefined
    return {
      kind,
      ...(maxAgeMs === undefined ? {} : { max_age_ms: maxAgeMs }),
      ...(waitUntil === undefined ? {} : { wait_until: waitUntil }),
    }
  }

  /** Undefined after a complaint. */
  #kind(): LinkPolicy['kind'] | undefined {
    const { name, value = 'required' } = this.valueOf('policy')
    const kind = linkKinds.find((known) => known === value)
    if (kind !== undefined) return kind
    const hint = typeof value === 'string' ? adviceOn(value, linkKinds) : `allowed: ${linkKinds.join(', ')}`
    this.#complain([name], `${name} is ${printed(value)}`, hint)
    return undefined
  }

  #maxAgeMs(kind: LinkPolicy['kind'] | undefined): number | undefined {
    const { name, value } = this.valueOf('max_age')
    if (value === undefined) return undefined
    const ms = spanMsOf(value)
    if (kind === 'required' || kind === 'optional') {
      const hint = `write "policy": "stale-ok", or remove ${name}`
      this.#complain([name], `${name} is given, but the link is ${kind}`, hint)
    } else if (ms === undefined || ms < 1 || ms > mostDays * 86_400_000) {
      const hint = `allowed: ${spanWords}; from 1ms to ${mostDays}d`
      this.#complain([name], `${name} is ${printed(value)}`, hint)
    } else return ms
    return undefined
  }

  #waitUntil(kind: LinkPolicy['kind'] | undefined): string | undefined {
    const { name, value } = this.valueOf('wait_until')
    if (value === undefined) return undefined
    if (kind === 'required') {
      const hint = `write "policy": "optional" or "stale-ok", or remove ${name}`
      this.#complain([name], `${name} is given, but the link is required`, hint)
    } else if (typeof value !== 'string' || !timeOfDay.test(value)) {
      const hint = 'write a time of day as hours and minutes, as "07:30"'
      this.#complain([name], `${name} is ${printed(value)}`, hint)
    } else return value
    return undefined
  }
}
