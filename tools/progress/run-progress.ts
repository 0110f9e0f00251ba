// How far a run has come, told by its facts: the model behind every way of showing it.

import type { FactLine } from '../../shared/api/run-resource.ts'
import { isJsonObject } from '../../shared/base/json.ts'
import { type Layer, layers } from '../../shared/base/layer.ts'

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
}

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
  readonly failures: FailureNote[] = []
  /** Objects that wait for their next attempt. */
  readonly retrying = new Set<string>()
  ended: FactLine | undefined
  openedAtMs: number | undefined
  readonly #objects: ReadonlyMap<string, ProgressObject>

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
    }))
  }

  /** Name and id of an object, as people look for it. */
  label(objectId: string): string {
    const name = this.#objects.get(objectId)?.name
    return name === undefined || name === objectId ? objectId : `${objectId} ${name}`
  }

  apply(fact: FactLine): void {
    if (fact.type === 'run-opened') this.openedAtMs = fact.at_ms
    if (fact.type === 'run-ended') this.ended = fact
    if (typeof fact.object_id === 'string') this.#applyObject(fact, fact.object_id)
  }

  #applyObject(fact: FactLine, objectId: string): void {
    this.running.delete(objectId)
    this.retrying.delete(objectId)
    if (fact.type === 'object-ready') this.running.set(objectId, Number(fact.attempt))
    if (fact.type === 'object-retry-scheduled') this.retrying.add(objectId)
    if (fact.type === 'object-failed') this.failures.push(noteOf(fact, objectId))
    const layer = this.layers.find((one) => one.layer === this.#objects.get(objectId)?.layer)
    const count = counted[fact.type]
    if (layer !== undefined && count !== undefined) layer[count]++
  }
}

const counted: Readonly<Record<string, 'loaded' | 'reused' | 'failed' | 'blocked' | 'cancelled'>> = {
  'object-loaded': 'loaded',
  'object-reused': 'reused',
  'object-failed': 'failed',
  'object-blocked': 'blocked',
  'object-cancelled': 'cancelled',
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
  return layer.loaded + layer.reused + layer.failed + layer.blocked + layer.cancelled
}
