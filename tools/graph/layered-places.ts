// Coordinates for a layered drawing: every vertex as near to its neighbours as the order of its column allows.

import type { LayeredLayout } from './layered-layout.ts'
import { meanOf } from './layered-layout.ts'

export interface PlaceOptions {
  /** The distance between the middles of two boxes of a column. */
  readonly boxStep: number
  /** The room that a bend takes. */
  readonly bendStep: number
}

const rounds = 8

/** The vertical middle of each vertex; the topmost box of all has its own at half a step. */
export function verticalPlaces(layout: LayeredLayout, options: PlaceOptions): Float64Array {
  const { columns, left, right, columnOf } = layout
  const roomOf = (vertex: number) => (vertex < layout.objects ? options.boxStep : options.bendStep)
  const places = new Float64Array(columnOf.length)
  for (const column of columns) settle(column, places, roomOf)
  for (let round = 0; round < rounds; round++) {
    const toRight = round % 2 === 0
    const neighbours = toRight ? left : right
    for (const column of toRight ? columns : [...columns].reverse()) {
      for (const vertex of column) places[vertex] = meanOf(neighbours, vertex, places) ?? places[vertex] ?? 0
      settle(column, places, roomOf)
    }
  }
  const top = places.reduce((least, place) => Math.min(least, place), Number.POSITIVE_INFINITY)
  return places.map((place) => place - top + options.boxStep / 2)
}

interface Block {
  sum: number
  count: number
}

/**
 * Moves the vertices of a column to the places nearest to those they have (least squares) at which none
 * overlaps and their order is kept: without the room they take, that is an isotonic regression, solved by
 * pooling neighbours that want to pass each other.
 */
function settle(column: Uint32Array, places: Float64Array, roomOf: (vertex: number) => number): void {
  const offsets = new Float64Array(column.length)
  for (let at = 1; at < column.length; at++)
    offsets[at] = (offsets[at - 1] ?? 0) + (roomOf(column[at - 1] ?? 0) + roomOf(column[at] ?? 0)) / 2
  const blocks: Block[] = []
  column.forEach((vertex, at) => {
    let block: Block = { sum: (places[vertex] ?? 0) - (offsets[at] ?? 0), count: 1 }
    for (
      let before = blocks.at(-1);
      before !== undefined && meanIn(before) > meanIn(block);
      before = blocks.at(-1)
    ) {
      block = { sum: before.sum + block.sum, count: before.count + block.count }
      blocks.pop()
    }
    blocks.push(block)
  })
  let at = 0
  for (const block of blocks)
    for (let left = block.count; left > 0; left--, at++)
      places[column[at] ?? 0] = meanIn(block) + (offsets[at] ?? 0)
}

function meanIn({ sum, count }: Block): number {
  return sum / count
}
