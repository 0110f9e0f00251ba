// The program behind `npm run chaos`: plays scenarios of violence, prints what was found, fails when a promise was broken.

import { mkdirSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { dirname, join } from 'node:path'
import { messageOf } from '../../shared/base/fault.ts'
import { type ChaosOptions, chaosOptions, type ScenarioName, scenarioNames, usage } from './options.ts'
import {
  type ChaosResult,
  chaosResult,
  isKept,
  namesOfResult,
  type PlayedScenario,
  played,
  printedChaos,
} from './report/chaos-result.ts'
import { keepChaos } from './report/keep-chaos.ts'
import { outage } from './scenarios/outage.ts'
import { poison } from './scenarios/poison.ts'
import { rebuild } from './scenarios/rebuild.ts'
import { redispatch } from './scenarios/redispatch.ts'
import type { Scenario } from './scenarios/scenario.ts'
import { sigterm } from './scenarios/sigterm.ts'
import { storm } from './scenarios/storm.ts'
import { stranger } from './scenarios/stranger.ts'

const scenarios: Readonly<Record<ScenarioName, Scenario>> = {
  storm,
  sigterm,
  outage,
  poison,
  stranger,
  redispatch,
  rebuild,
}

async function main(): Promise<number> {
  const options = chaosOptions(process.argv.slice(2))
  if (options === 'help') {
    process.stdout.write(`${usage}\n`)
    return 0
  }
  const results: PlayedScenario[] = []
  for (const name of options.scenarios) {
    const [loadBefore = 0] = loadavg()
    const say = (line: string) => process.stderr.write(`${name}: ${line}\n`)
    say('begins')
    results.push(played(await scenarios[name]({ ...options.wish, say }), options.wish.brokers, loadBefore))
  }
  const result = chaosResult(results)
  process.stdout.write(`${printedChaos(result)}\n`)
  if (options.keeps) keepChaos(result, scenarioNames.flatMap(namesOfResult))
  write(options, result)
  return isKept(result) ? 0 : 1
}

function write({ out }: ChaosOptions, result: ChaosResult): void {
  const { date, commit, isDirty } = result.scenarios[0] as PlayedScenario
  const name = `chaos-${date.slice(0, 10)}-${commit}${isDirty ? '-dirty' : ''}.json`
  const file = out ?? join(import.meta.dirname, '../results', name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(result, undefined, 2)}\n`)
  process.stderr.write(`kept in ${file}\n`)
}

// What was started is ended by its guardians when this process is gone.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130))

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`)
  process.exitCode = 2
}
