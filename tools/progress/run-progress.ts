// How far a run has come, told by its facts: the model behind every way of showing it.

import type { FactLine } from '../../shared/api/run-resource.ts'
import { isJsonObject } from '../../shared/base/json.ts'
import { type Layer, layers } from '../../shared/base/layer.ts'
import { objectLabel } from '../../shared/base/object-label.ts'

export interface ProgressObject {
  readonly id: string
  readonly name: string | undefined
  readonly layer: Layer
}

export interface LayerProgress {
  readonly layer: Layer
  readonly total: number
  loaded: number
  reused: number
  failed: number
  blocked: number
  cancelled: number
  skipped: number
}

type EndState = Exclude<keyof LayerProgress, 'layer' | 'total'>

export interface FailureNote {
  readonly objectId: string
  readonly attempt: number
  readonly code: string
  readonly detail: string
}

export class RunProgress {
  readonly layers: readonly LayerProgress[]
  /** Objects announced and not answered, in the order of their announcement; the value is the attempt. */
  readonly running = new Map<string, number>()
  failures: FailureNote[] = []
  /** Objects that wait for their next attempt. */
  readonly retrying = new Set<string>()
  ended: FactLine | undefined
  openedAtMs: number | undefined
  readonly #objects: ReadonlyMap<string, ProgressObject>
  /** How each object that has ended did; it may be reset. */
  readonly #ends = new Map<string, EndState>()

  constructor(objects: readonly ProgressObject[]) {
    this.#objects = new Map(objects.map((object) => [object.id, object]))
    this.layers = layers.map((layer) => ({
      layer,
      total: objects.filter((object) => object.layer === layer).length,
      loaded: 0,
      reused: 0,
      failed: 0,
      blocked: 0,
      cancelled: 0,
      skipped: 0,
    }))
  }

  /** Name and id of an object, as people look for it. */
  label(objectId: string): string {
    return objectLabel(objectId, this.#objects.get(objectId)?.name)
  }

  apply(fact: FactLine): void {
    if (fact.type === 'run-opened') this.openedAtMs = fact.at_ms
    if (fact.type === 'run-ended') this.ended = fact
    if (fact.type === 'run-reopened') this.ended = undefined
    if (typeof fact.object_id === 'string') this.#applyObject(fact, fact.object_id)
  }

  #applyObject(fact: FactLine, objectId: string): void {
    if (saysNothing.has(fact.type)) return
    this.running.delete(objectId)
    this.retrying.delete(objectId)
    this.failures = this.failures.filter((note) => note.objectId !== objectId)
    if (fact.type === 'object-ready') this.running.set(objectId, Number(fact.attempt))
    if (fact.type === 'object-retry-scheduled') this.retrying.add(objectId)
    if (fact.type === 'object-failed') this.failures.push(noteOf(fact, objectId))
    this.#count(objectId, endStates[fact.type])
  }

  #count(objectId: string, end: EndState | undefined): void {
    const layer = this.layers.find((one) => one.layer === this.#objects.get(objectId)?.layer)
    const before = this.#ends.get(objectId)
    if (layer === undefined) return
    if (before !== undefined) layer[before]--
    if (end === undefined) {
      this.#ends.delete(objectId)
      return
    }
    this.#ends.set(objectId, end)
    layer[end]++
  }
}

/** Facts about an object that leave it as it is. */
const saysNothing: ReadonlySet<string> = new Set([
  'late-result',
  'object-last-load',
  'object-retried',
  'object-discarded',
])

const endStates: Readonly<Record<string, EndState>> = {
  'object-loaded': 'loaded',
  'object-marked-loaded': 'loaded',
  'late-result-accepted': 'loaded',
  'object-reused': 'reused',
  'object-failed': 'failed',
  'object-blocked': 'blocked',
  'object-cancelled': 'cancelled',
  'object-skipped': 'skipped',
}

export function noteOf(fact: FactLine, objectId: string): FailureNote {
  const error = isJsonObject(fact.error) ? fact.error : {}
  return {
    objectId,
    attempt: Number(fact.attempt),
    code: String(error.code ?? 'UNKNOWN'),
    detail: String(error.detail ?? ''),
  }
}

/** Objects of a layer that will not change any more. */
export function settledIn(layer: LayerProgress): number {
  return layer.loaded + layer.reused + layer.failed + layer.blocked + layer.cancelled + layer.skipped
}
