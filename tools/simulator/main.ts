// `npm run simulate`: many seeds, one with its whole trace, or the hunt for planted bugs.

import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { createLogUpdate } from 'log-update'
import { messageOf } from '../../shared/base/fault.ts'
import { processTerminal, type Terminal } from '../terminal.ts'
import { simulateSeeds } from './crew.ts'
import { rememberSeeds } from './failed-seeds.ts'
import { huntPlants } from './plants/hunt.ts'
import { brokenLines, SeedTally } from './seed-tally.ts'
import { simulate } from './simulate.ts'

const help = `Simulates the whole house under seeds: faults in a storm, then calm, then the checkers.

  npm run simulate -- --seeds 1000 --jobs 2   seeds 1 to 1000, on two threads
  npm run simulate -- --from 5000 --seeds 10  seeds 5000 to 5009
  npm run simulate -- --seed 42               one seed
  npm run simulate -- --seed 42 --trace       one seed, with every step of its story
  npm run simulate -- --seeds 9000 --remember broken seeds go to tests/simulation/failed-seeds.json
  npm run simulate:night                      100,000 seeds
  npm run simulate:plants                     each planted bug, under 1,000 seeds or until it is found
  npm run simulate:plants -- --plant watchdog only those with the word in their name

Exits with 1 when a promise was broken, or a planted bug survived; each broken seed prints the command that tells its
story again.`

const options = {
  seeds: { type: 'string' },
  from: { type: 'string', default: '1' },
  seed: { type: 'string' },
  jobs: { type: 'string', default: String(Math.min(2, availableParallelism())) },
  trace: { type: 'boolean', default: false },
  remember: { type: 'boolean', default: false },
  plants: { type: 'boolean', default: false },
  plant: { type: 'string', default: '' },
  help: { type: 'boolean', short: 'h', default: false },
} as const

interface Orders {
  readonly from: number
  readonly seeds: number
  readonly jobs: number
}

async function main(terminal: Terminal): Promise<number> {
  const { values } = parseArgs({ options })
  if (values.help) {
    terminal.result(help)
    return 0
  }
  const from = Number(values.seed ?? values.from)
  const seeds = values.seed === undefined ? Number(values.seeds ?? (values.plants ? 1_000 : 200)) : 1
  const orders = { from, seeds, jobs: Number(values.jobs) }
  if (!Object.values(orders).every((value) => Number.isSafeInteger(value) && value >= 1)) {
    terminal.message(`--seed, --from, --seeds and --jobs take whole numbers from 1\n\n${help}`)
    return 2
  }
  if (values.plants) return huntPlants(terminal, { ...orders, word: values.plant })
  return values.trace ? traceOne(terminal, from) : simulateMany(terminal, orders, values.remember)
}

async function traceOne(terminal: Terminal, seed: number): Promise<number> {
  const result = await simulate(seed, (line) => terminal.result(line))
  for (const line of result.violations.length > 0 ? brokenLines(result) : []) terminal.result(line)
  return result.violations.length === 0 ? 0 : 1
}

async function simulateMany(terminal: Terminal, orders: Orders, isRemembered: boolean): Promise<number> {
  const startedAtMs = performance.now()
  const tally = new SeedTally()
  const show = progressOn(terminal)
  const seeds = Array.from({ length: orders.seeds }, (_, index) => orders.from + index)
  await simulateSeeds({
    seeds,
    jobs: orders.jobs,
    told: (result) => {
      tally.add(result)
      if (result.violations.length > 0) for (const line of brokenLines(result)) terminal.result(line)
      show(`${tally.stories} of ${orders.seeds} seeds, ${tally.broken.length} broken`)
      return undefined
    },
  })
  show.done()
  for (const line of tally.lines(performance.now() - startedAtMs)) terminal.result(line)
  if (isRemembered) rememberSeeds(tally.broken)
  return tally.broken.length === 0 ? 0 : 1
}

/** A line that is repainted where a person looks, and nothing anywhere else. */
function progressOn(terminal: Terminal): ((line: string) => void) & { done: () => void } {
  if (!terminal.isInteractive) return Object.assign(() => {}, { done: () => {} })
  const paint = createLogUpdate(process.stderr)
  return Object.assign((line: string) => paint(line), { done: () => paint.clear() })
}

try {
  process.exitCode = await main(processTerminal())
} catch (error) {
  processTerminal().message(messageOf(error))
  process.exitCode = 2
}
