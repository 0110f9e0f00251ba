// What a storm may do to a house: seeded choices of who is struck and how, and the strikes themselves.

import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { Random } from '../../../shared/base/random.ts'
import { askKafka, askRedis, untilAnswers } from '../../../tests/support/brokers/readiness.ts'
import type { HouseProcess } from '../../../tests/support/house-process.ts'
import type { Arena } from './arena.ts'

export type VictimKind = 'orchestrator' | 'worker' | 'kafka' | 'redis'

/** `flush`: FLUSHALL; `lose`: kill -9 and a start without its data. Both only of Redis. */
export type BlowKind = 'kill' | 'stop' | 'flush' | 'lose'

export interface Blow {
  readonly victim: VictimKind
  readonly kind: BlowKind
  /** Which orchestrator or worker. */
  readonly index: number
}

/** Programs are more than brokers, and a house whose brokers are always down does nothing that could go wrong. */
const victims: readonly VictimKind[] = [
  ...(['orchestrator', 'orchestrator', 'worker', 'worker', 'worker', 'worker'] as const),
  ...(['kafka', 'redis', 'redis'] as const),
]

const kindsOf: Readonly<Record<VictimKind, readonly BlowKind[]>> = {
  orchestrator: ['kill', 'stop'],
  worker: ['kill', 'kill', 'stop'],
  kafka: ['kill', 'stop'],
  redis: ['kill', 'stop', 'flush', 'lose'],
}

/** One choice; always three numbers of `random`, so that choices that are not carried out move no later one. */
export function chosenBlow(random: Random, counts: { orchestrators: number; workers: number }): Blow {
  const victim = picked(victims, random())
  const kind = picked(kindsOf[victim], random())
  const [count, chance] = [
    victim === 'orchestrator' ? counts.orchestrators : victim === 'worker' ? counts.workers : 1,
    random(),
  ]
  return { victim, kind, index: Math.floor(chance * count) }
}

function picked<Item>(items: readonly Item[], chance: number): Item {
  return items[Math.floor(chance * items.length)] as Item
}

export function nameOfBlow({ victim, kind }: Pick<Blow, 'victim' | 'kind'>): string {
  return `${victim} ${kind}`
}

/** Strikes and mends: resolves when the victim is there again. Kafka and Redis then answer; programs may still be starting. */
export async function strike(arena: Arena, blow: Blow, stopMs: number): Promise<void> {
  const { victim, kind, index } = blow
  if (victim === 'redis') return strikeRedis(arena, kind, stopMs)
  if (victim === 'kafka') return strikeKafka(arena, kind, stopMs)
  const program = victim === 'orchestrator' ? arena.orchestrators[index] : arena.workers[index]?.process
  if (program !== undefined) await strikeProgram(arena, program, kind, stopMs)
}

async function strikeProgram(arena: Arena, program: HouseProcess, kind: BlowKind, stopMs: number) {
  const { pid } = program
  if (kind === 'stop') {
    program.signal('SIGSTOP')
    if (pid !== undefined) arena.witness.strike('stopped', pid)
    await pause(stopMs)
    program.signal('SIGCONT')
    return
  }
  await program.kill('SIGKILL')
  if (pid !== undefined) arena.witness.strike('killed', pid)
  program.spawn()
}

async function strikeKafka({ kafka }: Arena, kind: BlowKind, stopMs: number): Promise<void> {
  if (kind === 'stop') {
    await kafka.signal('SIGSTOP')
    await pause(stopMs)
    await kafka.signal('SIGCONT')
    return untilAnswers('Kafka does not go on', () => askKafka(kafka.bootstrap))
  }
  await kafka.kill()
  await kafka.start()
}

async function strikeRedis({ redis }: Arena, kind: BlowKind, stopMs: number): Promise<void> {
  if (kind === 'flush') return flushAll(redis.url)
  if (kind === 'stop') {
    await redis.signal('SIGSTOP')
    await pause(stopMs)
    await redis.signal('SIGCONT')
    return untilAnswers('Redis does not go on', () => askRedis(redis.url))
  }
  await (kind === 'lose' ? redis.lose() : redis.kill())
  await redis.start()
}

/** FLUSHALL on a Redis that answers. */
export async function flushAll(url: string): Promise<void> {
  const client = new Redis(url, { maxRetriesPerRequest: 1 })
  client.on('error', () => undefined)
  try {
    await client.flushall()
  } finally {
    client.disconnect()
  }
}
