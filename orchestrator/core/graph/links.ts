// Building, turning round and renumbering flat lists of links.

import type { Links } from './plan.ts'

/** Collects the links of object 0, then of object 1, and so on. */
export class LinkBuilder {
  readonly #offsets: Uint32Array
  #targets: Uint32Array
  #objects = 0
  #count = 0

  constructor(objects: number) {
    this.#offsets = new Uint32Array(objects + 1)
    this.#targets = new Uint32Array(Math.max(16, objects * 2))
  }

  add(target: number): void {
    if (this.#count === this.#targets.length) {
      const larger = new Uint32Array(this.#count * 2)
      larger.set(this.#targets)
      this.#targets = larger
    }
    this.#targets[this.#count++] = target
  }

  /** The links added since the last call are those of the next object. */
  closeObject(): void {
    this.#offsets[++this.#objects] = this.#count
  }

  finish(): Links {
    return { offsets: this.#offsets, targets: this.#targets.slice(0, this.#count) }
  }
}

/** The same links seen from the other end; each list is in ascending order. */
export function inverted(links: Links): Links {
  const { offsets: from, targets } = links
  const size = from.length - 1
  const offsets = new Uint32Array(size + 1)
  for (let at = 0; at < targets.length; at++) (offsets[(targets[at] as number) + 1] as number)++
  for (let index = 0; index < size; index++)
    offsets[index + 1] = (offsets[index + 1] as number) + (offsets[index] as number)
  const next = offsets.slice()
  const turned = new Uint32Array(targets.length)
  for (let index = 0; index < size; index++) {
    const end = from[index + 1] as number
    for (let at = from[index] as number; at < end; at++) {
      const target = targets[at] as number
      const place = next[target] as number
      turned[place] = index
      next[target] = place + 1
    }
  }
  return { offsets, targets: turned }
}

/** No new number: the object is left out, and so must be all that link to it. */
export const leftOut = 0xffffffff

/**
 * The links of the objects `kept` (old numbers, in the new order), in new numbers (`newOf[old]`). Links to
 * objects that are left out are dropped.
 */
export function renumbered(links: Links, kept: Uint32Array, newOf: Uint32Array): Links {
  const offsets = new Uint32Array(kept.length + 1)
  const targets = new Uint32Array(links.targets.length)
  let count = 0
  for (let index = 0; index < kept.length; index++) {
    const old = kept[index] as number
    const end = links.offsets[old + 1] as number
    for (let at = links.offsets[old] as number; at < end; at++) {
      const target = newOf[links.targets[at] as number] as number
      if (target !== leftOut) targets[count++] = target
    }
    offsets[index + 1] = count
  }
  return { offsets, targets: targets.slice(0, count) }
}
