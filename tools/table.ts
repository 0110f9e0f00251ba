// Tables that line up, without borders: for results that people read.

import Table from 'cli-table3'

const noBorders = Object.fromEntries(
  ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'].map(
    (part) => [part, ''],
  ),
)
const noLines = Object.fromEntries(
  ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'].map((part) => [part, '']),
)

/** Lines of a table; numbers are aligned to the right. `head` may be painted already. */
export function tableLines(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): readonly string[] {
  const isNumber = head.map(
    (_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'),
  )
  const table = new Table({
    head: [...head],
    colAligns: isNumber.map((number) => (number ? 'right' : 'left')),
    chars: { ...noBorders, ...noLines, middle: '  ' },
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': 0 },
  })
  table.push(...rows.map((row) => row.map(String)))
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
}
