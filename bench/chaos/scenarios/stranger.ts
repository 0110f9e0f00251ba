// A chain of fifty alone, and the same chain beside a thousand objects of another run that fail and are tried again: nobody waits for a stranger.

import { setTimeout as pause } from 'node:timers/promises'
import type { Json } from '../../../shared/base/json.ts'
import { layers } from '../../../shared/base/layer.ts'
import { spreadOf } from '../../statistics.ts'
import { Arena } from '../house/arena.ts'
import { openRun, untilEnded } from '../house/open-run.ts'
import { atMost, type ScenarioResult } from '../report/scenario-result.ts'
import type { ScenarioWish } from './scenario.ts'

const links = 50
const strangers = 1_000
/** They hold a loader each for as long as the round takes. */
const slowStrangers = 10
/** Loads of an instant, where all is overhead, and as short as the simulate loader has them by default. */
const loads = [10, 100] as const
const mostTimes = 2
const runMs = 120_000

interface Rounds {
  readonly takesMs: number
  readonly alone: readonly number[]
  readonly beside: readonly number[]
}

export async function stranger(wish: ScenarioWish): Promise<ScenarioResult> {
  const startedAtMs = performance.now()
  const arena = await Arena.open({
    name: 'stranger',
    brokers: wish.brokers,
    orchestrators: 1,
    workersPerZone: 1,
    loaders: 32,
    leaseSeconds: 10,
  })
  try {
    const all: Rounds[] = []
    for (const takesMs of loads) all.push(await roundsOf(arena, takesMs, wish))
    return {
      scenario: 'stranger',
      tookSeconds: (performance.now() - startedAtMs) / 1_000,
      findings: all.map((rounds) =>
        atMost(
          `a chain beside strangers against alone, loads of ${rounds.takesMs} ms`,
          ratioOf(rounds).median,
          mostTimes,
          '×',
        ),
      ),
      figures: {
        'strangers that fail / that are slow': `${strangers} / ${slowStrangers}`,
        ...Object.fromEntries(all.flatMap(figuresOf)),
      },
    }
  } finally {
    await arena.close()
  }
}

/** In turns, so that both meet the same weather. The first round only warms everything up. */
async function roundsOf(arena: Arena, takesMs: number, { isQuick, say }: ScenarioWish): Promise<Rounds> {
  const [alone, beside]: [number[], number[]] = [[], []]
  for (let round = 0; round <= (isQuick ? 2 : 5); round++) {
    const name = `${takesMs}-${round}`
    const aloneMs = await chainMs(arena, `alone-${name}`, takesMs)
    const besideMs = await besideStrangersMs(arena, name, takesMs)
    say(`loads of ${takesMs} ms: ${aloneMs} ms alone, ${besideMs} ms beside`)
    if (round === 0) continue
    alone.push(aloneMs)
    beside.push(besideMs)
  }
  return { takesMs, alone, beside }
}

function ratioOf({ alone, beside }: Rounds) {
  return spreadOf(beside.map((ms, round) => ms / (alone[round] ?? Number.NaN)))
}

function figuresOf(rounds: Rounds): readonly (readonly [string, string])[] {
  const { takesMs, alone, beside } = rounds
  const range = (values: readonly number[]) => {
    const { median, min, max } = spreadOf(values)
    return `${Math.round(median)} ms (${Math.round(min)}–${Math.round(max)})`
  }
  const { min, max } = ratioOf(rounds)
  return [
    [`loads of ${takesMs} ms: alone, median (min–max)`, range(alone)],
    [`loads of ${takesMs} ms: beside, median (min–max)`, range(beside)],
    [
      `loads of ${takesMs} ms: ratio, min–max of ${alone.length} rounds`,
      `${min.toFixed(2)}–${max.toFixed(2)}`,
    ],
  ]
}

/** What the run itself says it took, from its opening to its end. */
async function chainMs(arena: Arena, runId: string, takesMs: number): Promise<number> {
  await openRun(arena, { runId, definitions: chain(takesMs) })
  for await (const fact of arena.client().followFacts(runId))
    if (fact.type === 'run-ended' && fact.state === 'succeeded') return Number(fact.duration_ms)
  throw new Error(`${runId} did not succeed`)
}

/** The chain is opened at the worst moment: all strangers have just been announced. */
async function besideStrangersMs(arena: Arena, name: string, takesMs: number): Promise<number> {
  const runId = `strangers-${name}`
  await openRun(arena, { runId, definitions: strangersOf(takesMs) }, { max_retries: 100 })
  await untilOneFails(arena, runId)
  const ms = await chainMs(arena, `beside-${name}`, takesMs)
  const { state } = await arena.client().getRun(runId)
  if (state !== 'running') throw new Error('the strangers had ended before the chain')
  await arena.client().cancelRun(runId, 'the round is over')
  await untilEnded(arena, runId, runMs)
  return ms
}

async function untilOneFails(arena: Arena, runId: string): Promise<void> {
  while (
    !arena.testimony().lines.some((line) => 'runId' in line && line.runId === runId && line.what === 'fail')
  )
    await pause(10)
}

function chain(takesMs: number): readonly Json[] {
  return Array.from({ length: links }, (_, index) => ({
    id: `link-${index}`,
    layer: layers[Math.floor((index * layers.length) / links)] ?? 1000,
    parents: index === 0 ? [] : [`link-${index - 1}`],
    takes_ms: takesMs,
  }))
}

function strangersOf(takesMs: number): readonly Json[] {
  const failing = Array.from({ length: strangers }, (_, index) => ({
    id: `stranger-${index}`,
    layer: layers[index % layers.length] ?? 1000,
    takes_ms: takesMs,
    fails: 1_000_000,
  }))
  const slow = Array.from({ length: slowStrangers }, (_, index) => ({
    id: `slow-${index}`,
    layer: layers[index % layers.length] ?? 1000,
    takes_ms: 60_000,
  }))
  return [...failing, ...slow]
}
