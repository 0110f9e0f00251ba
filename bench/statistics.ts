// The few figures that a row of repetitions is told by.

import { assert } from '../shared/base/assert.ts'

export interface Spread {
  readonly median: number
  readonly min: number
  readonly max: number
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: quantile(values, 0.5), min: Math.min(...values), max: Math.max(...values) }
}

/** The value below which a part of `fraction` lies, interpolated between neighbours (R's type 7). */
export function quantile(values: readonly number[], fraction: number): number {
  assert(values.length > 0, 'there is no quantile of nothing')
  const sorted = [...values].sort((a, b) => a - b)
  const place = (sorted.length - 1) * fraction
  const below = Math.floor(place)
  const low = sorted[below] ?? 0
  return low + (place - below) * ((sorted[below + 1] ?? low) - low)
}
