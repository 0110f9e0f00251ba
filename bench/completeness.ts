// Whether a run did all of its work: each object loaded exactly once, and none before its parents.

import type { Loads } from './process/load-log.ts'
import { idOf, parentsOf, type Shape, sizeOf } from './shape.ts'

/** When each object began and ended, by its place in the shape. Throws when the work was not done rightly. */
export function checked(
  shape: Shape,
  parts: readonly Loads[],
): { beganMs: Float64Array; endedMs: Float64Array } {
  const size = sizeOf(shape)
  const beganMs = new Float64Array(size).fill(Number.NaN)
  const endedMs = new Float64Array(size).fill(Number.NaN)
  for (const part of parts) {
    part.index.forEach((index, row) => {
      if (!(index >= 0 && index < size)) throw new Error(`${shape.name}: there is no object ${idOf(index)}`)
      if (!Number.isNaN(beganMs[index])) throw new Error(`${shape.name}: ${idOf(index)} was loaded twice`)
      beganMs[index] = part.beganMs[row] ?? Number.NaN
      endedMs[index] = part.endedMs[row] ?? Number.NaN
    })
  }
  const missing = beganMs.reduce((sum, at) => sum + (Number.isNaN(at) ? 1 : 0), 0)
  if (missing > 0) throw new Error(`${shape.name}: ${missing} of ${size} objects were never loaded`)
  assertOrder(shape, beganMs, endedMs)
  return { beganMs, endedMs }
}

function assertOrder(shape: Shape, beganMs: Float64Array, endedMs: Float64Array): void {
  for (const [index, parents] of parentsOf(shape).entries()) {
    for (const parent of parents) {
      if ((endedMs[parent] ?? 0) <= (beganMs[index] ?? 0)) continue
      throw new Error(`${shape.name}: ${idOf(index)} began before its parent ${idOf(parent)} was loaded`)
    }
  }
}

/** In a chain: from the begin of each object to the begin of the next. Undefined for other shapes. */
export function hopsOf(shape: Shape, beganMs: Float64Array): number[] | undefined {
  if (shape.levels.length < 2 || shape.levels.some((width) => width !== 1)) return undefined
  return Array.from({ length: beganMs.length - 1 }, (_, hop) => (beganMs[hop + 1] ?? 0) - (beganMs[hop] ?? 0))
}
