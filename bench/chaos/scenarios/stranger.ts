// A chain of fifty alone, and the same chain beside a thousand objects of another run that fail and are tried again: nobody waits for a stranger.

import { setTimeout as pause } from 'node:timers/promises'
import type { Json } from '../../../shared/base/json.ts'
import { layers } from '../../../shared/base/layer.ts'
import { spreadOf } from '../../statistics.ts'
import { Arena } from '../house/arena.ts'
import { openRun, untilEnded } from '../house/open-run.ts'
import { atMost, never, type ScenarioResult } from '../report/scenario-result.ts'
import type { ScenarioWish } from './scenario.ts'

const links = 50
const strangers = 1_000
/** They hold a loader each for as long as the round takes. */
const slowStrangers = 10
const takesMs = 10
const mostTimes = 2
const runMs = 120_000

export async function stranger({ isQuick, say }: ScenarioWish): Promise<ScenarioResult> {
  const startedAtMs = performance.now()
  const rounds = isQuick ? 2 : 7
  const arena = await Arena.open({
    name: 'stranger',
    orchestrators: 1,
    workersPerZone: 1,
    loaders: 32,
    leaseSeconds: 10,
  })
  try {
    const [alone, beside]: [number[], number[]] = [[], []]
    // The first round only warms everything up.
    for (let round = 0; round <= rounds; round++) {
      const aloneMs = await chainMs(arena, `alone-${round}`)
      const besideMs = await besideStrangersMs(arena, round)
      say(`round ${round}: ${aloneMs} ms alone, ${besideMs} ms beside`)
      if (round === 0) continue
      alone.push(aloneMs)
      beside.push(besideMs)
    }
    const ratio = spreadOf(beside.map((ms, round) => ms / (alone[round] ?? Number.NaN)))
    const range = (values: readonly number[]) => {
      const { median, min, max } = spreadOf(values)
      return `${Math.round(median)} ms (${Math.round(min)}–${Math.round(max)})`
    }
    return {
      scenario: 'stranger',
      tookSeconds: (performance.now() - startedAtMs) / 1_000,
      findings: [
        atMost('a chain beside strangers against alone, median', ratio.median, mostTimes, '×'),
        never(
          'rounds that could not be measured',
          [...alone, ...beside].filter((ms) => !(ms > 0)).map(String),
        ),
      ],
      figures: {
        rounds,
        'alone, median (min–max)': range(alone),
        'beside, median (min–max)': range(beside),
        'ratio, min–max': `${ratio.min.toFixed(2)}–${ratio.max.toFixed(2)}`,
        'strangers that fail / that are slow': `${strangers} / ${slowStrangers}`,
      },
    }
  } finally {
    await arena.close()
  }
}

/** What the run itself says it took, from its opening to its end. */
async function chainMs(arena: Arena, runId: string): Promise<number> {
  await openRun(arena, { runId, definitions: chain() })
  for await (const fact of arena.client().followFacts(runId))
    if (fact.type === 'run-ended' && fact.state === 'succeeded') return Number(fact.duration_ms)
  throw new Error(`${runId} did not succeed`)
}

/** The chain is opened at the worst moment: all strangers have just been announced. */
async function besideStrangersMs(arena: Arena, round: number): Promise<number> {
  const runId = `strangers-${round}`
  await openRun(arena, { runId, definitions: strangersOf() }, { max_retries: 100 })
  await untilOneFails(arena, runId)
  const ms = await chainMs(arena, `beside-${round}`)
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

function chain(): readonly Json[] {
  return Array.from({ length: links }, (_, index) => ({
    id: `link-${index}`,
    layer: layers[Math.floor((index * layers.length) / links)] ?? 1000,
    parents: index === 0 ? [] : [`link-${index - 1}`],
    takes_ms: takesMs,
  }))
}

function strangersOf(): readonly Json[] {
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
