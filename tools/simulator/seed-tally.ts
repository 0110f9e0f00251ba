// What many stories came to: how many were broken, how long they were, how often each kind of thing happened.

import { spanInWords } from '../duration.ts'
import { tableLines } from '../table.ts'
import type { SimulationResult } from './simulate.ts'

/** What the storm does; the rest of what is counted is what the house does. */
export const faults: readonly string[] = [
  'duplicate',
  'delay',
  'other-form',
  'no-attempt',
  'old-run',
  'request-lost',
  'reply-lost',
  'stored-partly',
  'slow-call',
  'crash',
  'crash-at-await',
  'stop',
  'pause',
  'pause-beyond-lease',
  'zombie',
  'clock-jump',
  'store-loss',
  'store-rollback',
  'poison',
  'refused',
  'cancel',
  'retry',
  'mark-loaded',
  'skip',
  'accept-late',
  'discard',
  'resume',
  'lost',
  'blindness',
]

export class SeedTally {
  readonly counts = new Map<string, number>()
  stories = 0
  simulatedMs = 0
  /** The longest time that everything took to come to its end after a storm. */
  longestCalmMs = 0
  readonly broken: SimulationResult[] = []

  add(result: SimulationResult): void {
    this.stories++
    this.simulatedMs += result.simulatedMs
    this.longestCalmMs = Math.max(this.longestCalmMs, result.calmMs)
    if (result.violations.length > 0) this.broken.push(result)
    for (const [kind, times] of result.counts) this.counts.set(kind, (this.counts.get(kind) ?? 0) + times)
  }

  /** `tookMs`: by the time of this machine. */
  lines(tookMs: number): readonly string[] {
    const hours = (this.simulatedMs / 3_600_000).toFixed(1)
    const perSecond = (this.stories / (tookMs / 1000)).toFixed(1)
    const head = ['seeds', 'broken', 'seeds/s', 'simulated hours', 'longest calm']
    const row = [this.stories, this.broken.length, perSecond, hours, spanInWords(this.longestCalmMs)]
    const kinds = [...this.counts.keys()].filter((kind) => !faults.includes(kind)).sort()
    const rows = (some: readonly string[]) => some.map((kind) => [kind, this.counts.get(kind) ?? 0])
    return [
      ...tableLines(head, [row]),
      '',
      ...tableLines(['fault', 'fired'], rows(faults)),
      '',
      ...tableLines(['the house', 'times'], rows(kinds)),
    ]
  }
}

/** What is said of a broken story: its command line, and the first of its broken promises. */
export function brokenLines({ seed, violations }: SimulationResult): readonly string[] {
  return [
    `seed ${seed} broke ${violations.length} promises: npm run simulate -- --seed ${seed} --trace`,
    ...violations.slice(0, 5).map(({ rule, text }) => `  ${rule}: ${text}`),
  ]
}
