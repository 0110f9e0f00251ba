// A table in a terminal that may be narrow: columns on the right are left out until it fits.

import { stripVTControlCharacters } from 'node:util'
import { tableLines } from './table.ts'

/** Put the columns that matter most first; the first one is always shown. */
export function fittingTable(
  width: number,
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): readonly string[] {
  const lines = tableLines(head, rows)
  const isFitting = lines.every((line) => stripVTControlCharacters(line).length <= width)
  if (isFitting || head.length === 1) return lines
  return fittingTable(
    width,
    head.slice(0, -1),
    rows.map((row) => row.slice(0, -1)),
  )
}
