// The program behind `npm run bench`: measures, prints tables, keeps the result.

import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type BenchOptions, benchOptions, usage } from './options.ts'
import type { BenchResult } from './report/bench-result.ts'
import { keepResult } from './report/keep-result.ts'
import { printedTables } from './report/tables.ts'
import { runBench } from './run-bench.ts'

async function main(): Promise<void> {
  const options = benchOptions(process.argv.slice(2))
  if (options === 'help') return void process.stdout.write(`${usage}\n`)
  const result = await runBench(options, (line) => process.stderr.write(`${line}\n`))
  process.stdout.write(`${printedTables(result)}\n`)
  if (options.keeps) keepResult(result)
  const file = fileOf(options, result)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(result, undefined, 2)}\n`)
  process.stderr.write(`kept in ${file}\n`)
}

function fileOf({ out }: BenchOptions, { date, commit, isDirty }: BenchResult): string {
  const name = `${date.slice(0, 10)}-${commit}${isDirty ? '-dirty' : ''}.json`
  return out ?? join(import.meta.dirname, 'results', name)
}

// What was started is ended by its handlers of `exit`, by process id.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
