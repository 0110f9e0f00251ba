// The shortest cycle of each knot of a graph that cannot be ordered.

import type { Links } from './plan.ts'

export interface Cycle {
  /** The objects on it, each linking to the next and the last to the first; begins with the smallest number. */
  readonly path: readonly number[]
  /** False when the search was given up early: there may be a shorter one in the same knot. */
  readonly isShortest: boolean
}

/** How many links may be looked at for one knot before the shortest cycle found so far is good enough: about two seconds. */
const defaultBudget = 300_000_000

/**
 * One shortest cycle of every strongly connected component of more than one object, among the objects that
 * `isIncluded` marks with 1; `back` are the same links turned round. No object links to itself. Numbers decide between equals, so that number
 * the objects independently of the input.
 */
export function shortestCycles(
  links: Links,
  back: Links,
  isIncluded: Uint8Array,
  budget = defaultBudget,
): readonly Cycle[] {
  const { componentOf, sizes } = components(links, isIncluded)
  const members = sizes.map((size): number[] | undefined => (size > 1 ? [] : undefined))
  for (let index = 0; index < componentOf.length; index++) {
    if (isIncluded[index] === 1) members[componentOf[index] as number]?.push(index)
  }
  const search = new CycleSearch(links, back, componentOf, budget)
  return members
    .flatMap((knot) => (knot === undefined ? [] : [search.shortestIn(knot)]))
    .sort((left, right) => (left.path[0] as number) - (right.path[0] as number))
}

/** Tarjan's strongly connected components with a stack of its own. Source: Tarjan 1972; Pearce 2016 for the loop. */
function components(links: Links, isIncluded: Uint8Array): { componentOf: Uint32Array; sizes: number[] } {
  const size = isIncluded.length
  const visit = new Uint32Array(size)
  const low = new Uint32Array(size)
  const componentOf = new Uint32Array(size)
  const cursor = links.offsets.slice(0, size)
  const isOnStack = new Uint8Array(size)
  const stack: number[] = []
  const path: number[] = []
  const sizes: number[] = []
  let clock = 0
  const enter = (index: number) => {
    clock++
    visit[index] = clock
    low[index] = clock
    isOnStack[index] = 1
    stack.push(index)
    path.push(index)
  }
  const leave = (index: number) => {
    path.pop()
    const above = path.at(-1)
    if (above !== undefined) low[above] = Math.min(low[above] as number, low[index] as number)
    if (low[index] !== visit[index]) return
    const before = stack.length
    for (let member = -1; member !== index; ) {
      member = stack.pop() as number
      isOnStack[member] = 0
      componentOf[member] = sizes.length
    }
    sizes.push(before - stack.length)
  }
  for (let root = 0; root < size; root++) {
    if (isIncluded[root] !== 1 || visit[root] !== 0) continue
    enter(root)
    while (path.length > 0) {
      const index = path.at(-1) as number
      const at = cursor[index] as number
      if (at === links.offsets[index + 1]) {
        leave(index)
        continue
      }
      cursor[index] = at + 1
      const target = links.targets[at] as number
      if (isIncluded[target] !== 1) continue
      if (visit[target] === 0) enter(target)
      else if (isOnStack[target] === 1) low[index] = Math.min(low[index] as number, visit[target] as number)
    }
  }
  return { componentOf, sizes }
}

class CycleSearch {
  readonly #links: Links
  readonly #back: Links
  readonly #componentOf: Uint32Array
  readonly #budget: number
  readonly #distance: Int32Array
  readonly #cameFrom: Uint32Array
  readonly #isGone: Uint8Array
  readonly #queue: Uint32Array
  readonly #arriving: Uint32Array
  readonly #leaving: Uint32Array
  #counted: readonly number[] | undefined
  #looked = 0

  constructor(links: Links, back: Links, componentOf: Uint32Array, budget: number) {
    this.#links = links
    this.#back = back
    this.#componentOf = componentOf
    this.#budget = budget
    this.#distance = new Int32Array(componentOf.length).fill(-1)
    this.#cameFrom = new Uint32Array(componentOf.length)
    this.#isGone = new Uint8Array(componentOf.length)
    this.#queue = new Uint32Array(componentOf.length)
    this.#arriving = new Uint32Array(componentOf.length)
    this.#leaving = new Uint32Array(componentOf.length)
  }

  /**
   * Takes object after object: the shortest cycle through it is found breadth first, then it is taken away
   * with all that is on no cycle any more. Stops early when the best is as short as any cycle of the knot can be:
   * every cycle's length is a multiple of the knot's period, and at least 2.
   */
  shortestIn(knot: readonly number[]): Cycle {
    this.#looked = 0
    const least = Math.max(2, this.#periodOf(knot))
    let best: readonly number[] | undefined
    for (const start of knot) {
      if (this.#isGone[start] === 1) continue
      best = this.#shortestThrough(start, best?.length ?? Number.POSITIVE_INFINITY) ?? best
      if (best !== undefined && best.length <= least) break
      if (best !== undefined && this.#looked > this.#budget) return { path: turned(best), isShortest: false }
      this.#takeAway(start, knot)
    }
    return { path: turned(best ?? []), isShortest: true }
  }

  /** The greatest common divisor of the lengths of all closed walks. Source: Denardo 1977, periods of Markov chains. */
  #periodOf(knot: readonly number[]): number {
    let period = 0
    this.#breadthFirst(knot[0] as number, Number.POSITIVE_INFINITY, (from, to) => {
      period = gcd(period, Math.abs((this.#distance[from] as number) + 1 - (this.#distance[to] as number)))
      return false
    })
    return period
  }

  /** The shortest cycle through `start` that is shorter than `limit`. */
  #shortestThrough(start: number, limit: number): readonly number[] | undefined {
    let path: number[] | undefined
    this.#breadthFirst(start, limit - 1, (from, to) => {
      if (to !== start) return false
      path = [from]
      for (let index = from; index !== start; path.push(index)) index = this.#cameFrom[index] as number
      path.reverse()
      return true
    })
    return path
  }

  /** Walks from `start` over at most `steps` links a way; `seen` takes links to objects already reached, true ends the walk. */
  #breadthFirst(start: number, steps: number, seen: (from: number, to: number) => boolean): void {
    const { offsets, targets } = this.#links
    const knot = this.#componentOf[start]
    let reached = 1
    this.#queue[0] = start
    this.#distance[start] = 0
    walk: for (let head = 0; head < reached; head++) {
      const from = this.#queue[head] as number
      const distance = this.#distance[from] as number
      if (distance >= steps) break
      const end = offsets[from + 1] as number
      this.#looked += end - (offsets[from] as number)
      for (let at = offsets[from] as number; at < end; at++) {
        const to = targets[at] as number
        if (this.#componentOf[to] !== knot || this.#isGone[to] === 1) continue
        if (this.#distance[to] !== -1) {
          if (seen(from, to)) break walk
          continue
        }
        this.#distance[to] = distance + 1
        this.#cameFrom[to] = from
        this.#queue[reached++] = to
      }
    }
    for (let at = 0; at < reached; at++) this.#distance[this.#queue[at] as number] = -1
  }

  /** Takes an object away, and then each that nothing links to or that links to nothing any more. */
  #takeAway(index: number, knot: readonly number[]): void {
    if (this.#counted !== knot) this.#count(knot)
    const gone = [index]
    this.#isGone[index] = 1
    for (let next = gone.pop(); next !== undefined; next = gone.pop()) {
      this.#forget(next, this.#links, this.#arriving, gone)
      this.#forget(next, this.#back, this.#leaving, gone)
    }
  }

  #forget(index: number, links: Links, left: Uint32Array, gone: number[]): void {
    const end = links.offsets[index + 1] as number
    for (let at = links.offsets[index] as number; at < end; at++) {
      const other = links.targets[at] as number
      if (this.#isGone[other] === 1 || this.#componentOf[other] !== this.#componentOf[index]) continue
      left[other] = (left[other] as number) - 1
      if (left[other] !== 0) continue
      this.#isGone[other] = 1
      gone.push(other)
    }
  }

  /** Counts the links inside the knot, once a knot and only when its first cycle was not the shortest possible. */
  #count(knot: readonly number[]): void {
    this.#counted = knot
    const { offsets, targets } = this.#links
    for (const index of knot) {
      const end = offsets[index + 1] as number
      for (let at = offsets[index] as number; at < end; at++) {
        const target = targets[at] as number
        if (this.#componentOf[target] !== this.#componentOf[index]) continue
        this.#leaving[index] = (this.#leaving[index] as number) + 1
        this.#arriving[target] = (this.#arriving[target] as number) + 1
      }
    }
  }
}

/** The same cycle, begun with its smallest number. */
function turned(path: readonly number[]): readonly number[] {
  let smallest = 0
  path.forEach((index, at) => {
    if (index < (path[smallest] as number)) smallest = at
  })
  return [...path.slice(smallest), ...path.slice(0, smallest)]
}

function gcd(left: number, right: number): number {
  let [a, b] = [left, right]
  while (b !== 0) [a, b] = [b, a % b]
  return a
}
