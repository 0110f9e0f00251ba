// A plan as text for store and journal: cut into chunks below a size, and put together again.

import { Fault } from '../../../shared/base/fault.ts'
import { refuseNewer } from '../../../shared/base/format-version.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../../shared/base/json.ts'
import { layers, zoneLabelOf } from '../../../shared/base/layer.ts'
import { finishedPlan } from './compile-plan.ts'
import type { Criticality } from './data-object.ts'
import { IdIndex } from './id-index.ts'
import type { LinkPolicy } from './link-policy.ts'
import { inverted, LinkBuilder } from './links.ts'
import type { ObjectPolicy } from './object-policy.ts'
import type { Plan, PlanObject } from './plan.ts'

/** One object as it is kept. Parents are places in the plan, in the order given; `t` marks a target. */
interface KeptObject {
  readonly id: string
  readonly layer: number
  readonly level: number
  readonly name?: string
  readonly criticality?: Criticality
  readonly frequency?: string
  readonly last_run_at_ms?: number
  readonly parents: readonly number[]
  readonly t?: 1
  readonly policy?: ObjectPolicy
  /** Places of parents, with what their links are, of those that are not simply required. */
  readonly links?: readonly (readonly [number, LinkPolicy])[]
  readonly definition: JsonObject
}

interface PlanChunk {
  readonly v: 1
  readonly plan: string
  readonly part: number
  readonly parts: number
  readonly objects: readonly KeptObject[]
}

/** Room for what stands around the objects of a chunk. */
const frameBytes = 160

/** The plan in chunks of at most `maxBytes` of UTF-8, at least one. Throws TOO_LARGE when a single object does not fit. */
export function planChunks(plan: Plan, maxBytes: number): string[] {
  const isTarget = new Set(plan.targets)
  const groups: string[][] = [[]]
  let bytes = frameBytes
  for (const object of plan.objects) {
    const text = JSON.stringify(keptOf(plan, object, isTarget.has(object.id)))
    const size = Buffer.byteLength(text) + 1
    if (size + frameBytes > maxBytes) throw tooLarge(object.id, size, maxBytes)
    if (bytes + size > maxBytes) {
      groups.push([])
      bytes = frameBytes
    }
    groups.at(-1)?.push(text)
    bytes += size
  }
  const parts = groups.length
  return groups.map(
    (texts, at) =>
      `{"v":1,"plan":"${plan.hash}","part":${at + 1},"parts":${parts},"objects":[${texts.join(',')}]}`,
  )
}

function tooLarge(id: string, size: number, maxBytes: number): Fault {
  return new Fault('TOO_LARGE', `object ${id} takes ${size} bytes of a chunk of ${maxBytes}`)
}

function keptOf(plan: Plan, object: PlanObject, isTarget: boolean): KeptObject {
  const { id, layer, level, name, criticality, frequency, lastRunAtMs, policy, links, definition } = object
  const placeOf = (parent: string) => plan.indexOf.get(parent) ?? -1
  return {
    id,
    layer,
    level,
    ...(name === undefined ? {} : { name }),
    ...(criticality === 'medium' ? {} : { criticality }),
    ...(frequency === undefined ? {} : { frequency }),
    ...(lastRunAtMs === undefined ? {} : { last_run_at_ms: lastRunAtMs }),
    parents: object.parents.map(placeOf),
    ...(isTarget ? { t: 1 } : {}),
    ...(policy === undefined ? {} : { policy }),
    ...(links === undefined
      ? {}
      : { links: Array.from(links, ([id, link]) => [placeOf(id), link] as const) }),
    definition,
  }
}

/**
 * The plan that `planChunks` cut, from its chunks in any order, some of them twice. Throws RUN_CORRUPT when
 * one is missing, unreadable or of another plan, and when the content does not have the hash it claims; FORMAT_NEWER.
 */
export function planFromChunks(chunks: readonly string[]): Plan {
  const byPart = new Map<number, PlanChunk>()
  for (const text of chunks) {
    const chunk = parseChunk(text)
    byPart.set(chunk.part, chunk)
  }
  const first = [...byPart.values()][0]
  if (first === undefined) throw corrupt('there are no chunks')
  // No more are looked at than there are and one: a number of parts may be anything.
  const looked = Math.min(Math.max(1, first.parts), byPart.size + 1)
  const ordered = Array.from({ length: looked }, (_, at) => byPart.get(at + 1))
  const missing = ordered.findIndex((chunk) => chunk?.plan !== first.plan || chunk.parts !== first.parts)
  if (missing >= 0) throw corrupt(`part ${missing + 1} of ${first.parts} of plan ${first.plan} is missing`)
  const plan = assembled(ordered.flatMap((chunk) => chunk?.objects ?? []))
  if (plan.hash !== first.plan) throw corrupt(`the content of plan ${first.plan} has the hash ${plan.hash}`)
  return plan
}

function corrupt(reason: string): Fault {
  return new Fault('RUN_CORRUPT', `the plan cannot be put together: ${reason}`)
}

function parseChunk(text: string): PlanChunk {
  const chunk = parseJson(text)
  if (!isJsonObject(chunk)) throw corrupt('a chunk is no JSON object')
  refuseNewer(`a chunk of plan ${chunk.plan}`, chunk.v)
  if (chunk.v !== 1) throw corrupt(`a chunk has version ${String(chunk.v)}, known is 1`)
  const { plan, part, parts, objects } = chunk
  const isWhole = typeof plan === 'string' && Number.isSafeInteger(part) && Number.isSafeInteger(parts)
  if (!isWhole || !Array.isArray(objects)) throw corrupt('a chunk lacks its plan, part, parts or objects')
  if (!objects.every(isKeptObject)) throw corrupt('a chunk holds something that is no object of a plan')
  return chunk as unknown as PlanChunk
}

function isKeptObject(value: unknown): boolean {
  if (!isJsonObject(value) || typeof value.id !== 'string' || typeof value.level !== 'number') return false
  const { policy = {}, links = [] } = value
  if (!isJsonObject(policy) || !Array.isArray(links) || !links.every(isKeptLink)) return false
  return Array.isArray(value.parents) && isJsonObject(value.definition)
}

function isKeptLink(value: unknown): boolean {
  return Array.isArray(value) && typeof value[0] === 'number' && isJsonObject(value[1])
}

function assembled(kept: readonly KeptObject[]): Plan {
  const links = new LinkBuilder(kept.length)
  const indexOf = new IdIndex(kept.length)
  const targets: string[] = []
  const objects = kept.map((one, index): PlanObject => {
    indexOf.set(one.id, index)
    if (one.t === 1) targets.push(one.id)
    for (const parent of one.parents) {
      if (!(parent >= 0 && parent < index)) throw corrupt(`${one.id} has a parent at ${parent}`)
      links.add(parent)
    }
    links.closeObject()
    return objectOf(one, kept)
  })
  const children = inverted(links.finish())
  return finishedPlan({ objects, parents: inverted(children), children, indexOf }, targets)
}

function objectOf(kept: KeptObject, all: readonly KeptObject[]): PlanObject {
  const layer = layers.find((known) => known === kept.layer)
  if (layer === undefined) throw corrupt(`${kept.id} has the layer ${kept.layer}`)
  const { policy, links } = kept
  const parentAt = (place: number) => all[place]?.id ?? ''
  return {
    id: kept.id,
    layer,
    zone: zoneLabelOf(layer),
    name: kept.name,
    parents: kept.parents.map(parentAt),
    criticality: kept.criticality ?? 'medium',
    frequency: kept.frequency,
    lastRunAtMs: kept.last_run_at_ms,
    ...(policy === undefined ? {} : { policy }),
    ...(links === undefined ? {} : { links: new Map(links.map(([place, link]) => [parentAt(place), link])) }),
    definition: kept.definition,
    level: kept.level,
  }
}
