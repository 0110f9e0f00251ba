// The order of a graph: levels by Kahn's algorithm, then layer, level and id.

import type { Layer } from '../../../shared/base/layer.ts'
import type { Links } from './plan.ts'

export interface Levels {
  /** Links on the longest way up to an object without parents; meaningless where `isOrdered` is 0. */
  readonly levels: Uint32Array
  /** 1: ordered; 0: in a cycle or below one. */
  readonly isOrdered: Uint8Array
  readonly ordered: number
}

/** The level of every object that is not in or below a cycle. Linear in objects and links, no recursion. */
export function levelsOf(parents: Links, children: Links): Levels {
  const size = parents.offsets.length - 1
  const pending = new Uint32Array(size)
  const levels = new Uint32Array(size)
  const isOrdered = new Uint8Array(size)
  const queue = new Uint32Array(size)
  let ordered = 0
  for (let index = 0; index < size; index++) {
    pending[index] = (parents.offsets[index + 1] as number) - (parents.offsets[index] as number)
    if (pending[index] === 0) queue[ordered++] = index
  }
  for (let head = 0; head < ordered; head++) {
    const index = queue[head] as number
    isOrdered[index] = 1
    const below = (levels[index] as number) + 1
    const end = children.offsets[index + 1] as number
    for (let at = children.offsets[index] as number; at < end; at++) {
      const child = children.targets[at] as number
      if ((levels[child] as number) < below) levels[child] = below
      const left = (pending[child] as number) - 1
      pending[child] = left
      if (left === 0) queue[ordered++] = child
    }
  }
  return { levels, isOrdered, ordered }
}

/** Digits-only ids come first, by number; then the others, by code unit. */
export function compareIds(left: string, right: string): number {
  const isLeftNumber = /^\d+$/.test(left)
  if (isLeftNumber !== /^\d+$/.test(right)) return isLeftNumber ? -1 : 1
  if (isLeftNumber && left.length !== right.length) return left.length - right.length
  return left < right ? -1 : left > right ? 1 : 0
}

export interface Orderable {
  readonly id: string
  readonly layer: Layer
}

/** The objects' numbers in order of layer, level and id. */
export function orderOf(objects: readonly Orderable[], levels: Uint32Array): Uint32Array {
  const byId = orderById(objects)
  let deepest = 0
  for (let index = 0; index < levels.length; index++) deepest = Math.max(deepest, levels[index] as number)
  const keyOf = (index: number) =>
    ((objects[index] as Orderable).layer / 1000 - 1) * (deepest + 1) + (levels[index] as number)
  return countingSort(byId, keyOf, 3 * (deepest + 1))
}

/** `numbers` by `keyOf`, which gives whole numbers below `keys`; equal keys stay in their order. */
export function countingSort(
  numbers: Uint32Array,
  keyOf: (index: number) => number,
  keys: number,
): Uint32Array {
  const places = new Uint32Array(keys + 1)
  const keyAt = new Uint32Array(numbers.length)
  for (let at = 0; at < numbers.length; at++) {
    const key = keyOf(numbers[at] as number)
    keyAt[at] = key
    ;(places[key + 1] as number)++
  }
  for (let key = 0; key < keys; key++) places[key + 1] = (places[key + 1] as number) + (places[key] as number)
  const sorted = new Uint32Array(numbers.length)
  for (let at = 0; at < numbers.length; at++) {
    const key = keyAt[at] as number
    const place = places[key] as number
    sorted[place] = numbers[at] as number
    places[key] = place + 1
  }
  return sorted
}

/** Ids below 2^31 and fewer than 2^22 objects: number and place fit one exact double, which sorts eight times faster. */
const idLimit = 2 ** 31
const placeLimit = 2 ** 22

function orderById(objects: readonly Orderable[]): Uint32Array {
  const size = objects.length
  const places = Uint32Array.from({ length: size }, (_, index) => index)
  const packed = size < placeLimit ? new Float64Array(size) : undefined
  let isSorted = true
  let isPacked = packed !== undefined
  let before = -1
  for (let index = 0; index < size && isPacked; index++) {
    const number = smallNumber((objects[index] as Orderable).id)
    if (number < 0) isPacked = false
    else if (packed !== undefined) packed[index] = number * placeLimit + index
    isSorted &&= number > before
    before = number
  }
  if (!isPacked || packed === undefined) {
    return places.sort((a, b) => compareIds((objects[a] as Orderable).id, (objects[b] as Orderable).id))
  }
  if (isSorted) return places
  packed.sort()
  for (let index = 0; index < size; index++) places[index] = (packed[index] as number) % placeLimit
  return places
}

/** The number of a digits-only id below the limit, else -1. */
function smallNumber(id: string): number {
  if (id.length > 10) return -1
  let number = 0
  for (let at = 0; at < id.length; at++) {
    const digit = id.charCodeAt(at) - 0x30
    if (digit < 0 || digit > 9) return -1
    number = number * 10 + digit
  }
  return number < idLimit ? number : -1
}
