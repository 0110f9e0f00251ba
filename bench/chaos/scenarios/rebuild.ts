// Redis is flushed in the middle of a run: how long until the store is whole and the run goes on, and that its outcome is the same.

import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { redisKeys } from '../../../orchestrator/adapters/redis/redis-keys.ts'
import { zones } from '../../../shared/base/layer.ts'
import { Arena } from '../house/arena.ts'
import { flushAll } from '../house/blows.ts'
import { chaosRun } from '../house/chaos-objects.ts'
import { openRun, toldRun, untilEnded } from '../house/open-run.ts'
import { type Judgement, judge } from '../oracle/judgement.ts'
import { atMost, never, type ScenarioResult } from '../report/scenario-result.ts'
import type { ScenarioWish } from './scenario.ts'

interface Size {
  readonly objects: number
  readonly aimSeconds: number
}

const sizes: readonly Size[] = [
  { objects: 10_000, aimSeconds: 10 },
  { objects: 100_000, aimSeconds: 60 },
]
const quickSizes: readonly Size[] = [{ objects: 3_000, aimSeconds: 10 }]
const loaders = 32
/** Loads that are under way at a time, with one worker a zone. */
const slots = loaders * zones.length
const longestMs = 180_000
const runMs = 600_000

interface Rebuilt extends Size {
  readonly wholeSeconds: number
  readonly goesOnSeconds: number
  readonly loadedBefore: number
  readonly judgement: Judgement
}

export async function rebuild(wish: ScenarioWish): Promise<ScenarioResult> {
  const startedAtMs = performance.now()
  const rebuilt: Rebuilt[] = []
  for (const size of wish.isQuick ? quickSizes : sizes) rebuilt.push(await rebuildOf(size, wish))
  const all = (of: (judgement: Judgement) => readonly string[]) =>
    rebuilt.flatMap(({ judgement }) => of(judgement))
  return {
    scenario: 'rebuild',
    tookSeconds: (performance.now() - startedAtMs) / 1_000,
    findings: [
      ...rebuilt.map(({ objects, goesOnSeconds, aimSeconds }) =>
        atMost(`flushed with ${objects} objects: whole, and the run goes on`, goesOnSeconds, aimSeconds, 's'),
      ),
      ...rebuilt.map(({ objects, judgement }) =>
        atMost(`flushed with ${objects} objects: loads done again`, judgement.duplicates, slots),
      ),
      never(
        'objects lost',
        all(({ lost }) => lost),
      ),
      never(
        'wrong final states',
        all(({ wrong, early }) => [...wrong, ...early]),
      ),
      never(
        'effects doubled at the fenced sink',
        all(({ doubled }) => doubled),
      ),
    ],
    figures: Object.fromEntries(
      rebuilt.flatMap(({ objects, wholeSeconds, loadedBefore }) => [
        [`${objects} objects: loaded before the flush`, loadedBefore],
        [`${objects} objects: the store is whole after`, `${wholeSeconds.toFixed(2)} s`],
      ]),
    ),
  }
}

async function rebuildOf(size: Size, { brokers, seed, say }: ScenarioWish): Promise<Rebuilt> {
  const arena = await Arena.open({
    name: 'rebuild',
    brokers,
    orchestrators: 2,
    workersPerZone: 1,
    loaders,
    leaseSeconds: 10,
  })
  try {
    const run = chaosRun({ runId: `rebuild-${size.objects}`, count: size.objects, seed, takesMs: [0, 10] })
    await openRun(arena, run)
    const loadedBefore = await untilLoaded(arena, size.objects / 2)
    const flushedAtMs = performance.now()
    await flushAll(arena.redis.url)
    await untilWhole(arena)
    const [wholeAtMs, wholeAt] = [performance.now(), Date.now()]
    await untilBegun(arena, wholeAt)
    const goesOnSeconds = (performance.now() - flushedAtMs) / 1_000
    const wholeSeconds = (wholeAtMs - flushedAtMs) / 1_000
    say(
      `${size.objects} objects: whole after ${wholeSeconds.toFixed(1)} s, goes on after ${goesOnSeconds.toFixed(1)} s`,
    )
    await untilEnded(arena, run.runId, runMs)
    const judgement = judge([await toldRun(arena, run)], arena.testimony(), arena.sink)
    return { ...size, wholeSeconds, goesOnSeconds, loadedBefore, judgement }
  } finally {
    await arena.close()
  }
}

/** The witness has a line for each begin and each end: its size is asked for, not its text. */
async function untilLoaded(arena: Arena, count: number): Promise<number> {
  const deadlineMs = performance.now() + runMs
  for (;;) {
    const loaded = arena.sink.answers.applied
    if (loaded >= count) return loaded
    if (performance.now() > deadlineMs) throw new Error(`only ${loaded} objects were loaded in time`)
    await pause(5)
  }
}

async function untilWhole(arena: Arena): Promise<void> {
  const redis = new Redis(arena.redis.url)
  const key = redisKeys(`${arena.house.env.REDIS_PREFIX}:`).whole
  const deadlineMs = performance.now() + longestMs
  try {
    while ((await redis.exists(key)) === 0) {
      if (performance.now() > deadlineMs) throw new Error(`the store is not whole after ${longestMs} ms`)
      await pause(20)
    }
  } finally {
    redis.disconnect()
  }
}

/** The sink hears of loads only when they end: what it hears now may have begun before. */
async function untilBegun(arena: Arena, sinceMs: number): Promise<void> {
  const deadlineMs = performance.now() + longestMs
  while (!arena.testimony().lines.some(({ what, atMs }) => what === 'start' && atMs > sinceMs)) {
    if (performance.now() > deadlineMs) throw new Error(`no load began within ${longestMs} ms`)
    await pause(100)
  }
}
