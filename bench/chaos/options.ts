// What `npm run chaos` can be told.

import { parseArgs } from 'node:util'
import { type BrokerWay, brokerWays } from './house/arena-brokers.ts'
import type { ScenarioWish } from './scenarios/scenario.ts'

export const scenarioNames = [
  'storm',
  'sigterm',
  'outage',
  'poison',
  'stranger',
  'redispatch',
  'rebuild',
] as const
export type ScenarioName = (typeof scenarioNames)[number]

export interface ChaosOptions {
  readonly scenarios: readonly ScenarioName[]
  readonly wish: Omit<ScenarioWish, 'say'>
  /** Makes the results the current ones, in bench/results/chaos.json and docs/reliability.md. */
  readonly keeps: boolean
  /** Where the JSON goes; undefined: bench/results under the date and the commit. */
  readonly out: string | undefined
}

export const usage = `Starts a Kafka, a Redis and a house of its own on the loopback, does violence to them, and lets an
oracle outside of the house decide whether a promise was broken.

npm run chaos -- [options]
  --only NAMES          of ${scenarioNames.join(', ')}
  --brokers WAY         processes (of this machine), or containers (of its Docker engine): what is struck
  --seed N              of the runs and the strikes (1)
  --minutes N           how long the storm strikes at most (6; quick: 0.5)
  --every-seconds N     between two strikes of the storm (5)
  --outage-seconds N    how long each broker is away in the outage (120; quick: 10)
  --quick               small sizes: a few minutes for all of them
  --keep                makes these the results in bench/results/chaos.json and docs/reliability.md
  --out FILE            where the JSON goes

Examples
  npm run chaos -- --quick
  npm run chaos -- --only storm --seed 7 --minutes 10
  npm run chaos -- --only storm --brokers containers
  npm run chaos -- --only outage --outage-seconds 30
  npm run chaos -- --only redispatch,stranger --keep

Exits with 1 when a promise was broken, and with 2 when it could not be tried. Processes need Java, Kafka's jars
(npm run brokers:install) and redis-server. It stops by itself, and ends only what it has started.`

/** Throws with the usage when the options make no sense. */
export function chaosOptions(args: readonly string[]): ChaosOptions | 'help' {
  const { values } = parsed(args)
  if (values.help) return 'help'
  const isQuick = values.quick
  return {
    scenarios: namesOf(values.only),
    wish: {
      isQuick,
      brokers: wayOf(values.brokers),
      seed: numberOf('--seed', values.seed, 1, Number.isSafeInteger),
      minutes: numberOf('--minutes', values.minutes, isQuick ? 0.5 : 6),
      everySeconds: numberOf('--every-seconds', values['every-seconds'], 5),
      outageSeconds: numberOf('--outage-seconds', values['outage-seconds'], isQuick ? 10 : 120),
    },
    keeps: values.keep,
    out: values.out,
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        only: { type: 'string' },
        brokers: { type: 'string', default: 'processes' },
        seed: { type: 'string' },
        minutes: { type: 'string' },
        'every-seconds': { type: 'string' },
        'outage-seconds': { type: 'string' },
        quick: { type: 'boolean', default: false },
        keep: { type: 'boolean', default: false },
        out: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    throw wrong(error instanceof Error ? error.message : String(error))
  }
}

function namesOf(given: string | undefined): readonly ScenarioName[] {
  if (given === undefined) return scenarioNames
  const wanted = given.split(',')
  const unknown = wanted.filter((name) => !scenarioNames.some((each) => each === name))
  if (unknown.length > 0) throw wrong(`--only does not know ${unknown.join(', ')}`)
  return scenarioNames.filter((name) => wanted.includes(name))
}

function wayOf(given: string): BrokerWay {
  const way = brokerWays.find((each) => each === given)
  if (way === undefined) throw wrong(`--brokers can be ${brokerWays.join(' or ')}, and not ${given}`)
  return way
}

function numberOf(
  option: string,
  given: string | undefined,
  otherwise: number,
  isRight: (value: number) => boolean = Number.isFinite,
): number {
  const value = given === undefined ? otherwise : Number(given)
  if (!isRight(value) || value <= 0) throw wrong(`${option} cannot be ${given}`)
  return value
}

function wrong(message: string): Error {
  return new Error(`${message}\n\n${usage}`)
}
