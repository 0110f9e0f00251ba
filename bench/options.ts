// What `npm run bench` can be told.

import { parseArgs } from 'node:util'

export const workloadNames = [
  'firehose',
  'chain',
  'layered-10x100',
  'layered-20x500',
  'diamond',
  'plan-100k',
  'plan-1m',
  'in-flight',
] as const
export type WorkloadName = (typeof workloadNames)[number]

export const systemNames = ['raw', 'real', 'embedded', 'durable', 'bullmq'] as const
export type SystemName = (typeof systemNames)[number]

export interface BenchOptions {
  readonly workloads: readonly WorkloadName[]
  readonly systems: readonly SystemName[]
  readonly repetitions: number
  /** Objects of the firehose, and objects in flight. */
  readonly objects: number
  /** Small sizes and one repetition: shows that everything works, and no figures to keep. */
  readonly isQuick: boolean
  /** Makes the result the current one, in bench/results/latest.json and docs/benchmarks.md. */
  readonly keeps: boolean
  /** Where the result goes; undefined: bench/results under the date and the commit. */
  readonly out: string | undefined
  /** A folder for CPU profiles of every process. */
  readonly profiles: string | undefined
}

export const usage = `npm run bench -- [options]
  --only NAMES     of ${workloadNames.join(', ')}
  --systems NAMES  of ${systemNames.join(', ')}
  --reps N         repetitions of each, after one that is discarded (5)
  --objects N      of firehose and in-flight (100000)
  --quick          small sizes, one repetition, nothing committed: less than a minute
  --keep           makes this the result in bench/results/latest.json and docs/benchmarks.md
  --out FILE       where the JSON goes
  --profile DIR    CPU profiles of every process
KAFKA_BOOTSTRAP and REDIS_URL name brokers to measure on; else they are started here.`

/** Throws with the usage when the options make no sense. */
export function benchOptions(args: readonly string[]): BenchOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      systems: { type: 'string' },
      reps: { type: 'string' },
      objects: { type: 'string' },
      quick: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      out: { type: 'string' },
      profile: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return 'help'
  return {
    workloads: namesOf('--only', values.only, workloadNames),
    systems: namesOf('--systems', values.systems, systemNames),
    repetitions: countOf('--reps', values.reps, values.quick ? 1 : 5),
    objects: countOf('--objects', values.objects, values.quick ? 2_000 : 100_000),
    isQuick: values.quick,
    keeps: values.keep,
    out: values.out,
    profiles: values.profile,
  }
}

function namesOf<Name extends string>(
  option: string,
  given: string | undefined,
  known: readonly Name[],
): readonly Name[] {
  if (given === undefined) return known
  const wanted = given.split(',')
  const unknown = wanted.filter((name) => !known.some((each) => each === name))
  if (unknown.length > 0) throw new Error(`${option} does not know ${unknown.join(', ')}\n${usage}`)
  return known.filter((name) => wanted.includes(name))
}

function countOf(option: string, given: string | undefined, otherwise: number): number {
  const count = given === undefined ? otherwise : Number(given)
  if (!Number.isSafeInteger(count) || count < 1)
    throw new Error(`${option} is a whole number from 1\n${usage}`)
  return count
}
