// Keeps a result as the current one: the committed JSON, and the figures in docs/benchmarks.md.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchResult } from './bench-result.ts'
import { printedTables } from './tables.ts'

const root = join(import.meta.dirname, '../..')
const page = join(root, 'docs/benchmarks.md')
const begin = '<!-- figures: written by npm run bench -- --keep -->'
const end = '<!-- end of figures -->'

/** Throws when the page has lost the place for its figures. */
export function keepResult(result: BenchResult): void {
  const text = readFileSync(page, 'utf8')
  const [before, rest] = text.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) throw new Error(`${page} has no place for figures`)
  writeFileSync(page, `${before}${begin}\n\n${figures(result)}\n\n${end}${after}`)
  const latest = join(root, 'bench/results/latest.json')
  writeFileSync(latest, `${JSON.stringify(result, undefined, 2)}\n`)
}

function figures(result: BenchResult): string {
  const { date, commit, isDirty, node, machine, brokers, loadBefore } = result
  const where = [
    `- ${date.slice(0, 10)}, commit ${commit}${isDirty ? ' with changes' : ''}, Node ${node}`,
    `- ${machine.cores} cores of ${machine.cpu}, ${machine.memoryGiB} GiB, ${machine.platform}; load average before: ${loadBefore.toFixed(1)}`,
    `- ${brokers}`,
  ]
  return `${where.join('\n')}\n\n\`\`\`text\n${printedTables(result)}\n\`\`\``
}
