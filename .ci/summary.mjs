// Prints the counts of a vitest run as one plain line: summary.mjs <results of the json reporter> <exit code of vitest>.

import { readFileSync } from 'node:fs'

const [file, status] = process.argv.slice(2)
const results = readResults()
const failed = Math.max(results.numFailedTests, status === '0' ? 0 : 1)
if (failed > results.numFailedTests)
  process.stdout.write(`The run itself failed (exit ${status}): see above.\n`)
const skipped = results.numPendingTests + results.numTodoTests
process.stdout.write(
  `\n${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
)

/** Nothing but zeros when vitest fell before it could write its results. */
function readResults() {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 }
  }
}
