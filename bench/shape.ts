// The graphs that are measured, as data: every process makes the same objects from the same shape.

import { zoneLabels } from '../shared/base/layer.ts'
import { seededRandom } from '../shared/base/random.ts'

export interface Shape {
  readonly name: string
  /** Objects per level; an object needs objects of the level above it, and of no other. */
  readonly levels: readonly number[]
  /** Parents of an object, as far as the level above has so many. */
  readonly inDegree: number
}

export interface Definition {
  readonly IdObjet: number
  readonly IdObjet_Parent: number | readonly number[] | null
  readonly Zone: (typeof zoneLabels)[number]
  readonly [field: string]: unknown
}

/** Above the ids that say their layer by themselves. */
const firstId = 1_000_000

export function independent(objects: number): Shape {
  return { name: 'firehose', levels: [objects], inDegree: 0 }
}

export function chain(objects: number): Shape {
  return { name: 'chain', levels: new Array<number>(objects).fill(1), inDegree: 1 }
}

export function layered(levels: number, width: number): Shape {
  return { name: `layered-${levels}x${width}`, levels: new Array<number>(levels).fill(width), inDegree: 2 }
}

export function diamond(width: number): Shape {
  return { name: 'diamond', levels: [1, width, 1], inDegree: width }
}

export function sizeOf(shape: Shape): number {
  return shape.levels.reduce((sum, width) => sum + width, 0)
}

/** The place of an object in its shape, from 0, by its id. */
export function indexOfId(id: string | number): number {
  return Number(id) - firstId
}

export function idOf(index: number): string {
  return String(firstId + index)
}

/** The places of each object's parents; the same at every call. */
export function parentsOf(shape: Shape): readonly (readonly number[])[] {
  const random = seededRandom(sizeOf(shape))
  const parents: (readonly number[])[] = []
  let above = 0
  let begin = 0
  for (const width of shape.levels) {
    for (let column = 0; column < width; column++)
      parents.push(chosen(begin - above, above, shape.inDegree, random))
    begin += width
    above = width
  }
  return parents
}

function chosen(begin: number, width: number, wanted: number, random: () => number): readonly number[] {
  if (width <= wanted) return Array.from({ length: width }, (_, column) => begin + column)
  const places = new Set<number>()
  while (places.size < wanted) places.add(begin + Math.floor(random() * width))
  return [...places]
}

/** The objects as a data engineer writes them, with the fields that real files carry along. */
export function definitionsOf(shape: Shape): Definition[] {
  const parents = parentsOf(shape)
  const zones = zonesOf(shape)
  return parents.map((list, index) => definition(index, list, zones[index] ?? 0))
}

/** Levels fall into the three zones in order; a single level is spread over all of them. */
export function zonesOf(shape: Shape): readonly number[] {
  const { levels } = shape
  if (levels.length < zoneLabels.length) {
    return Array.from({ length: sizeOf(shape) }, (_, index) => index % zoneLabels.length)
  }
  return levels.flatMap((width, level) =>
    new Array<number>(width).fill(Math.floor((level * zoneLabels.length) / levels.length)),
  )
}

function definition(index: number, parents: readonly number[], zone: number): Definition {
  const ids = parents.map((parent) => firstId + parent)
  return {
    IdObjet: firstId + index,
    IdObjet_Parent: ids.length === 0 ? null : ids,
    Zone: zoneLabels[zone] ?? zoneLabels[0],
    NomObjet: `Sales extract ${index}`,
    NomFichier: `sales_extract_${index}.csv`,
    Format: 'CSV',
    URL: `https://files.example.org/extracts/sales_extract_${index}.csv`,
    Criticité: 'medium',
    EtatObjet: 'actif',
  }
}
