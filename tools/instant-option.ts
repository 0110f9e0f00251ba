// Instants as values of options: as they are written, or so long ago.

import { InvalidArgumentError } from 'commander'
import type { Clock } from '../shared/ports/clock.ts'

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const written = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/

/** Takes 2026-11-21, 2026-11-21T07:00:00Z, and 90s, 15m, 2h or 3d for so long ago. Gives RFC 3339, UTC. */
export function instantBy(clock: Pick<Clock, 'nowMs'>): (text: string) => string {
  return (text) => {
    const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
    const ago = count === undefined ? undefined : Number(count) * (unitMs[unit] ?? 0)
    const atMs = ago === undefined ? writtenMs(text) : clock.nowMs() - ago
    if (!Number.isNaN(atMs)) return new Date(atMs).toISOString()
    throw new InvalidArgumentError(
      'It takes an instant such as 2026-11-21T07:00:00Z, a date, or 15m, 2h, 3d.',
    )
  }
}

function writtenMs(text: string): number {
  return written.test(text) ? Date.parse(text) : Number.NaN
}
