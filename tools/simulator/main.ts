// `npm run simulate`: many seeds, or one with its whole trace.

import { parseArgs } from 'node:util'
import { spanInWords } from '../duration.ts'
import { processTerminal, type Terminal } from '../terminal.ts'
import { simulate } from './simulate.ts'

const help = `Simulates the whole house under seeds: faults in a storm, then calm, then the checkers.

  npm run simulate -- --seeds 1000            seeds 1 to 1000
  npm run simulate -- --from 5000 --seeds 10  seeds 5000 to 5009
  npm run simulate -- --seed 42               one seed
  npm run simulate -- --seed 42 --trace       one seed, with every step of its story

Exits with 1 when a promise was broken; each broken seed prints the command that tells its story again.`

async function main(terminal: Terminal): Promise<number> {
  const { values } = parseArgs({
    options: {
      seeds: { type: 'string', default: '200' },
      from: { type: 'string', default: '1' },
      seed: { type: 'string' },
      trace: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) {
    terminal.result(help)
    return 0
  }
  const from = Number(values.seed ?? values.from)
  const count = values.seed === undefined ? Number(values.seeds) : 1
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(count) || count < 1) {
    terminal.message(`--seed, --from and --seeds take whole numbers\n\n${help}`)
    return 2
  }
  return simulateAll(terminal, from, count, values.trace ? (line) => terminal.result(line) : undefined)
}

async function simulateAll(
  terminal: Terminal,
  from: number,
  count: number,
  print?: (line: string) => void,
): Promise<number> {
  const startedAtMs = performance.now()
  const struck = new Map<string, number>()
  let [broken, simulatedMs] = [0, 0]
  for (let seed = from; seed < from + count; seed++) {
    const result = await simulate(seed, print)
    simulatedMs += result.simulatedMs
    for (const [kind, times] of result.counts) struck.set(kind, (struck.get(kind) ?? 0) + times)
    if (result.violations.length === 0) continue
    broken++
    terminal.result(
      `seed ${seed} broke ${result.violations.length} promises: npm run simulate -- --seed ${seed} --trace`,
    )
    for (const { rule, text } of result.violations.slice(0, 5)) terminal.result(`  ${rule}: ${text}`)
  }
  const seconds = (performance.now() - startedAtMs) / 1000
  terminal.result(
    `${count} seeds, ${broken} broken, ${(count / seconds).toFixed(1)} seeds/s, ${spanInWords(simulatedMs)} simulated`,
  )
  terminal.result([...struck].map(([kind, times]) => `${kind} ${times}`).join(', '))
  return broken === 0 ? 0 : 1
}

process.exitCode = await main(processTerminal())
