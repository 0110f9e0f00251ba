// "Did you mean": the known word nearest to one that is not known.

import { distance } from 'fastest-levenshtein'
import { compareIds } from './order.ts'

/** How many comparisons all suggestions of one report may cost together: about a second. */
const comparisons = 5_000_000

export interface Suggester {
  /** The nearest known id, or undefined when none is near or the effort is spent. */
  nearest(word: string): string | undefined
}

/** `names`: other words for an id, such as the object's name; those are compared without regard to case. */
export function suggester(
  ids: readonly string[],
  names: () => Iterable<readonly [string, string]>,
): Suggester {
  const known = new Map<string, string | undefined>()
  let left = comparisons
  let byName: Map<string, string> | undefined
  return {
    nearest: (word) => {
      if (known.has(word)) return known.get(word)
      byName ??= new Map([...names()].map(([name, id]) => [name.toLowerCase(), id]))
      left -= ids.length
      const found = byName.get(word.toLowerCase()) ?? (left < 0 ? undefined : nearestOf(word, ids))
      known.set(word, found)
      return found
    },
  }
}

/** What to write instead of a word that is none of the `known`. */
export function adviceOn(word: string, known: readonly string[]): string {
  const longer = known.filter((name) => word.length > 2 && name.includes(word.toLowerCase()))
  const near = nearestOf(word, known) ?? (longer.length === 1 ? longer[0] : undefined)
  return near === undefined ? `known are ${known.join(', ')}` : `did you mean ${near}?`
}

/** The id with the fewest letters changed (two swapped are two); of equals, for numbers the numerically nearest, else the first. */
function nearestOf(word: string, ids: readonly string[]): string | undefined {
  const folded = word.toLowerCase()
  let best: string | undefined
  let fewest = mostChanges(word) + 1
  for (const id of ids) {
    if (Math.abs(id.length - word.length) > fewest) continue
    const changed = distance(folded, id.toLowerCase())
    if (changed < fewest || (changed === fewest && best !== undefined && isNearer(word, id, best))) {
      best = id
      fewest = changed
    }
  }
  return best
}

function mostChanges(word: string): number {
  if (word.length < 4) return 1
  return word.length <= 8 ? 2 : 3
}

function isNearer(word: string, id: string, best: string): boolean {
  const gaps = [id, best].map((other) => Math.abs(Number(word) - Number(other)))
  const [gap, bestGap] = gaps
  if (gap === undefined || bestGap === undefined || Number.isNaN(gap + bestGap))
    return compareIds(id, best) < 0
  return gap < bestGap || (gap === bestGap && compareIds(id, best) < 0)
}
