// Keeps results as the current ones: the committed JSON, and the tables in docs/reliability.md.

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ChaosResult, type PlayedScenario, printedChaos } from './chaos-result.ts'

const root = join(import.meta.dirname, '../../..')
const page = join(root, 'docs/reliability.md')
const kept = join(root, 'bench/results/chaos.json')
const begin = '<!-- results: written by npm run chaos -- --keep -->'
const end = '<!-- end of results -->'

/** Scenarios that were not played keep the result they had. Throws when the page has lost the place for results. */
export function keepChaos(result: ChaosResult, order: readonly string[]): void {
  const text = readFileSync(page, 'utf8')
  const [before, rest] = text.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) throw new Error(`${page} has no place for results`)
  const old: ChaosResult['scenarios'] = existsSync(kept)
    ? (JSON.parse(readFileSync(kept, 'utf8')) as ChaosResult).scenarios
    : []
  const all = [...old, ...result.scenarios]
  const scenarios = order.flatMap((name) => all.filter(({ scenario }) => scenario === name).slice(-1))
  const merged = { ...result, scenarios }
  writeFileSync(kept, `${JSON.stringify(merged, undefined, 2)}\n`)
  writeFileSync(page, `${before}${begin}\n\n${results(merged)}\n\n${end}${after}`)
}

function results(result: ChaosResult): string {
  const { node, machine, scenarios } = result
  const where = `${machine.cores} cores of ${machine.cpu}, ${machine.memoryGiB} GiB, ${machine.platform}, Node ${node}; one Apache Kafka 4.2.0, one Redis with appendonly`
  const played = scenarios.map(
    (one) =>
      `- ${one.scenario}: ${one.date.slice(0, 10)}, ${commitOf(one)}, load average before ${one.loadBefore.toFixed(1)}`,
  )
  return `${where}.\n\n${played.join('\n')}\n\n\`\`\`text\n${printedChaos(result)}\n\`\`\``
}

function commitOf({ commit, isDirty }: PlayedScenario): string {
  return `commit ${commit}${isDirty ? ' with changes' : ''}`
}
