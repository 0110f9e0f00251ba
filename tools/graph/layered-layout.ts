// Which vertex stands above which in each column of a layered drawing, so that few links cross.

import type { Links, Plan } from '../../orchestrator/core/graph/plan.ts'
import { forEachLink } from '../../orchestrator/core/graph/plan.ts'

/**
 * A drawing before it has coordinates. Vertices below `objects` are the plan's objects; the others are bends
 * of links that pass a column. All bends of one object are one chain: its links leave it together and part
 * where they must.
 */
export interface LayeredLayout {
  readonly objects: number
  /** The column of each vertex. */
  readonly columnOf: Uint32Array
  /** The vertices of each column from top to bottom. */
  readonly columns: readonly Uint32Array[]
  /** Every link between neighbouring columns, from left to right. */
  readonly segments: readonly Segment[]
  /** Segments seen from their left and from their right ends: neighbours of each vertex. */
  readonly right: Links
  readonly left: Links
}

export interface Segment {
  readonly from: number
  readonly to: number
  /** The place of the link in `parents.targets` of the plan, where it ends at an object. */
  readonly link?: number
}

/** Beyond this many bends links go straight through other boxes: a drawing of this size is a texture anyway. */
const mostBends = 200_000
const sweeps = 12

export function layeredLayout(plan: Plan): LayeredLayout {
  const { columnOf, segments } = verticesOf(plan)
  const right = linksOf(segments, columnOf.length, ({ from, to }) => [from, to])
  const left = linksOf(segments, columnOf.length, ({ from, to }) => [to, from])
  const columns = orderedColumns(columnsOf(columnOf), left, right)
  return { objects: plan.objects.length, columnOf, columns, segments, left, right }
}

function verticesOf({ objects, parents, children }: Plan) {
  const columnOf = objects.map(({ level }) => level)
  const chains = objects.map((_, index) => lengthOfChain(objects, children, index))
  const isBent = chains.reduce((sum, length) => sum + length, 0) <= mostBends
  const segments: Segment[] = []
  const firstBend = chains.map((length, index) => {
    const first = columnOf.length
    for (let at = 0; isBent && at < length; at++) {
      segments.push({ from: at === 0 ? index : columnOf.length - 1, to: columnOf.length })
      columnOf.push((objects[index]?.level ?? 0) + 1 + at)
    }
    return first
  })
  objects.forEach(({ level }, child) => {
    let link = parents.offsets[child] ?? 0
    forEachLink(parents, child, (parent) => {
      const span = level - (objects[parent]?.level ?? 0)
      const from = span === 1 || !isBent ? parent : (firstBend[parent] ?? 0) + span - 2
      segments.push({ from, to: child, link: link++ })
    })
  })
  return { columnOf: Uint32Array.from(columnOf), segments }
}

/** How many columns the links of an object pass. */
function lengthOfChain(objects: Plan['objects'], children: Links, index: number): number {
  let furthest = objects[index]?.level ?? 0
  const own = furthest
  forEachLink(children, index, (child) => {
    furthest = Math.max(furthest, objects[child]?.level ?? 0)
  })
  return Math.max(0, furthest - own - 1)
}

function linksOf(
  segments: readonly Segment[],
  size: number,
  endsOf: (segment: Segment) => readonly [number, number],
): Links {
  const offsets = new Uint32Array(size + 1)
  for (const segment of segments) (offsets[endsOf(segment)[0] + 1] as number)++
  for (let index = 0; index < size; index++)
    offsets[index + 1] = (offsets[index + 1] as number) + (offsets[index] as number)
  const next = offsets.slice()
  const targets = new Uint32Array(segments.length)
  for (const segment of segments) {
    const [from, to] = endsOf(segment)
    targets[next[from] as number] = to
    ;(next[from] as number)++
  }
  return { offsets, targets }
}

function columnsOf(columnOf: Uint32Array): readonly Uint32Array[] {
  const columns: number[][] = []
  columnOf.forEach((column, vertex) => {
    columns[column] ??= []
    columns[column].push(vertex)
  })
  return columns.map((column) => Uint32Array.from(column))
}

/** Sweeps to the right and to the left, each vertex to the mean place of its neighbours, and keeps the best order seen. */
function orderedColumns(start: readonly Uint32Array[], left: Links, right: Links): readonly Uint32Array[] {
  const places = new Float64Array(left.offsets.length - 1)
  const columns = start.map((column) => column.slice())
  for (const column of columns) number(column, places)
  let best = columns.map((column) => column.slice())
  let fewest = crossings(columns, right, places)
  for (let sweep = 0; sweep < sweeps && fewest > 0; sweep++) {
    const toRight = sweep % 2 === 0
    const inTurn = toRight ? columns : [...columns].reverse()
    for (const column of inTurn) sortByNeighbours(column, toRight ? left : right, places)
    const count = crossings(columns, right, places)
    if (count >= fewest) continue
    fewest = count
    best = columns.map((column) => column.slice())
  }
  return best
}

function number(column: Uint32Array, places: Float64Array): void {
  column.forEach((vertex, place) => {
    places[vertex] = place
  })
}

function sortByNeighbours(column: Uint32Array, neighbours: Links, places: Float64Array): void {
  const wanted = new Map<number, number>()
  for (const vertex of column) wanted.set(vertex, meanOf(neighbours, vertex, places) ?? places[vertex] ?? 0)
  column.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0) || (places[a] ?? 0) - (places[b] ?? 0))
  number(column, places)
}

/** The mean of `values` over the neighbours; undefined without any. */
export function meanOf(neighbours: Links, vertex: number, values: Float64Array): number | undefined {
  let sum = 0
  let count = 0
  forEachLink(neighbours, vertex, (other) => {
    sum += values[other] ?? 0
    count++
  })
  return count === 0 ? undefined : sum / count
}

/** How many segments cross between neighbouring columns: inversions, counted with a Fenwick tree. */
function crossings(columns: readonly Uint32Array[], right: Links, places: Float64Array): number {
  let count = 0
  columns.forEach((column, at) => {
    const width = columns[at + 1]?.length ?? 0
    if (width === 0) return
    const tree = new Uint32Array(width + 1)
    let seen = 0
    for (const vertex of column) {
      const ends: number[] = []
      forEachLink(right, vertex, (other) => {
        ends.push(places[other] ?? 0)
      })
      for (const end of ends) count += seen - sumTo(tree, end)
      for (const end of ends) addAt(tree, end)
      seen += ends.length
    }
  })
  return count
}

/** How many ends stand at `place` or above it. */
function sumTo(tree: Uint32Array, place: number): number {
  let sum = 0
  for (let at = place + 1; at > 0; at -= at & -at) sum += tree[at] ?? 0
  return sum
}

function addAt(tree: Uint32Array, place: number): void {
  for (let at = place + 1; at < tree.length; at += at & -at) (tree[at] as number)++
}
