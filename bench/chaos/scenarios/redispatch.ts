// kill -9 of workers that hold attempts: how long until each of the objects they held is begun again.

import { setTimeout as pause } from 'node:timers/promises'
import type { HouseProcess } from '../../../tests/support/house-process.ts'
import { quantile } from '../../statistics.ts'
import { Arena } from '../house/arena.ts'
import { chaosRun, type ExpectedRun } from '../house/chaos-objects.ts'
import { openRun, toldRun, untilEnded } from '../house/open-run.ts'
import { judge } from '../oracle/judgement.ts'
import { isLoad, type LoadLine } from '../oracle/witness.ts'
import { atMost, type Finding, never, type ScenarioResult } from '../report/scenario-result.ts'
import type { ScenarioWish } from './scenario.ts'

const aimSeconds = 15
/** What is not begun again by then counts as this long, and is named. */
const longestMs = 120_000
const runMs = 300_000
/** A run has twelve objects a zone: who is left has room for all of them, and none waits for a slot. */
const loaders = 16

export async function redispatch({ brokers, seed, isQuick, say }: ScenarioWish): Promise<ScenarioResult> {
  const startedAtMs = performance.now()
  const kills = isQuick ? 3 : 20
  const arena = await Arena.open({
    name: 'redispatch',
    brokers,
    orchestrators: 2,
    workersPerZone: 2,
    loaders,
    leaseSeconds: 10,
  })
  try {
    const runs: ExpectedRun[] = []
    const waits: number[] = []
    const forgotten: string[] = []
    for (let kill = 0; kill < kills; kill++) {
      const { victim, held } = await busiest(arena, () => openNext(arena, runs, seed))
      await victim.kill('SIGKILL')
      const diedAtMs = Date.now()
      if (victim.pid !== undefined) arena.witness.strike('killed', victim.pid)
      victim.spawn()
      const seconds = await untilBegunAgain(arena, held, diedAtMs)
      forgotten.push(...seconds.forgotten)
      waits.push(...seconds.waits)
      say(
        `kill ${kill + 1}: ${held.length} held, the last begun after ${Math.max(...seconds.waits).toFixed(1)} s`,
      )
      await victim.isReady()
    }
    await Promise.all(runs.map(({ runId }) => untilEnded(arena, runId, runMs)))
    const told = await Promise.all(runs.map((run) => toldRun(arena, run)))
    const judgement = judge(told, arena.testimony(), arena.sink)
    return {
      scenario: 'redispatch',
      tookSeconds: (performance.now() - startedAtMs) / 1_000,
      findings: [
        atMost('from the kill to the next begin, p99', quantile(waits, 0.99), aimSeconds, 's'),
        never(`objects not begun again within ${longestMs / 1_000} s`, forgotten),
        ...outcomeFindings(judgement, waits.length),
      ],
      figures: {
        kills,
        'objects held by the killed': waits.length,
        p50: `${quantile(waits, 0.5).toFixed(2)} s`,
        p99: `${quantile(waits, 0.99).toFixed(2)} s`,
        longest: `${Math.max(...waits).toFixed(2)} s`,
        lease: `${arena.wish.leaseSeconds} s`,
      },
    }
  } finally {
    await arena.close()
  }
}

function outcomeFindings(judgement: ReturnType<typeof judge>, held: number): readonly Finding[] {
  return [
    never('objects lost', judgement.lost),
    never('wrong final states', [...judgement.wrong, ...judgement.early]),
    never('effects doubled at the fenced sink', judgement.doubled),
    atMost('loads done again, against those that the killed held', judgement.duplicates, held),
  ]
}

async function openNext(arena: Arena, runs: ExpectedRun[], seed: number): Promise<void> {
  const run = chaosRun({
    runId: `redispatch-${runs.length}`,
    count: 36,
    seed: seed * 1_000 + runs.length,
    takesMs: [2_000, 6_000],
  })
  runs.push(run)
  await openRun(arena, run)
}

/** The worker with the most loads under way, and the begins of these; opens another run while nobody has much to do. */
async function busiest(
  arena: Arena,
  openMore: () => Promise<void>,
): Promise<{ readonly victim: HouseProcess; readonly held: readonly LoadLine[] }> {
  for (let looks = 0; ; looks++) {
    const held = underWay(arena)
    const byLoad = arena.workers
      .map(({ process }) => ({ victim: process, held: held.filter(({ pid }) => pid === process.pid) }))
      .sort((one, other) => other.held.length - one.held.length)
    const [first] = byLoad
    if (first !== undefined && first.held.length >= 4) return first
    if (looks % 40 === 0) await openMore()
    await pause(50)
  }
}

function underWay(arena: Arena): readonly LoadLine[] {
  const running = new Map<string, LoadLine>()
  for (const line of arena.testimony().lines) {
    if (!isLoad(line)) continue
    const name = `${line.pid} ${line.runId}/${line.objectId}#${line.attempt}`
    if (line.what === 'start') running.set(name, line)
    else running.delete(name)
  }
  return [...running.values()]
}

/** Seconds from the death to the next begin of each object, in the order of `held`. */
async function untilBegunAgain(arena: Arena, held: readonly LoadLine[], diedAtMs: number) {
  const deadlineMs = diedAtMs + longestMs
  for (;;) {
    const { lines } = arena.testimony()
    const begun = held.map(({ runId, objectId, pid }) =>
      lines.find(
        (line): line is LoadLine =>
          isLoad(line) &&
          line.what === 'start' &&
          line.runId === runId &&
          line.objectId === objectId &&
          line.pid !== pid &&
          line.atMs >= diedAtMs,
      ),
    )
    const isOver = Date.now() > deadlineMs
    if (isOver || begun.every((line) => line !== undefined))
      return {
        waits: begun.map((line) => ((line?.atMs ?? deadlineMs) - diedAtMs) / 1_000),
        forgotten: held.flatMap(({ runId, objectId }, index) =>
          begun[index] === undefined ? [`${runId}/${objectId}`] : [],
        ),
      }
    await pause(200)
  }
}
