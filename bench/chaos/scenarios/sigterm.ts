// SIGTERM to each kind of program under load: it leaves in time, nothing is lost, and nothing is done twice.

import { setTimeout as pause } from 'node:timers/promises'
import type { HouseProcess } from '../../../tests/support/house-process.ts'
import { Arena } from '../house/arena.ts'
import { chaosRun, type ExpectedRun } from '../house/chaos-objects.ts'
import { openRun, toldRun, untilEnded } from '../house/open-run.ts'
import { type Judgement, judge } from '../oracle/judgement.ts'
import { isLoad } from '../oracle/witness.ts'
import { atMost, type Finding, never, type ScenarioResult } from '../report/scenario-result.ts'
import type { ScenarioWish } from './scenario.ts'

const longestExitSeconds = 20
const runMs = 300_000
/** Longer than any program may take to leave. */
const endlessMs = 40_000
/** Until a program has enough to do to be told to go. */
const loadMs = 60_000
const loaders = 8

interface Departure {
  readonly program: HouseProcess
  readonly seconds: number
  readonly code: number | null
  /** Loads that it ran when it was told to go. */
  readonly inFlight: number
}

export async function sigterm({ brokers, seed, isQuick, say }: ScenarioWish): Promise<ScenarioResult> {
  const startedAtMs = performance.now()
  const arena = await Arena.open({
    name: 'sigterm',
    brokers,
    orchestrators: 2,
    workersPerZone: 2,
    loaders,
    leaseSeconds: 10,
  })
  try {
    const runs: ExpectedRun[] = []
    const departures: Departure[] = []
    // One after the other, each under a run of its own. Both orchestrators: whoever has the work is among them.
    const colleagues = arena.workers.filter((_, index) => index % 2 === 1).map(({ process }) => process)
    const programs = arena.programs.filter((program) => !isQuick || !colleagues.includes(program))
    for (const [index, program] of programs.entries()) {
      const wish = { runId: `sigterm-${index}`, count: isQuick ? 150 : 600, seed: seed * 1_000 + index }
      const run = chaosRun({ ...wish, takesMs: isQuick ? [100, 400] : [100, 1_000] })
      runs.push(run)
      await openRun(arena, run)
      await untilUnderLoad(arena, program)
      const departure = await depart(arena, program)
      say(
        `${program.name} left after ${departure.seconds.toFixed(2)} s, with ${departure.inFlight} in flight`,
      )
      departures.push(departure)
    }
    await Promise.all(runs.map(({ runId }) => untilEnded(arena, runId, runMs)))
    const endless = isQuick ? [] : [await departFromEndless(arena, departures, seed)]
    await Promise.all(endless.map(({ runId }) => untilEnded(arena, runId, runMs)))
    const told = await Promise.all([...runs, ...endless].map((run) => toldRun(arena, run)))
    const judgement = judge(told, arena.testimony(), arena.sink)
    return {
      scenario: 'sigterm',
      tookSeconds: (performance.now() - startedAtMs) / 1_000,
      findings: [...departureFindings(departures), ...outcomeFindings(judgement, endless.length)],
      figures: {
        objects: runs.reduce((sum, { objects }) => sum + objects.size, 0),
        'programs told to go': departures.length,
        'loads in flight on them': departures.reduce((sum, { inFlight }) => sum + inFlight, 0),
      },
    }
  } finally {
    await arena.close()
  }
}

/** A worker is told to go while it loads what takes longer than it may take to leave. */
async function departFromEndless(arena: Arena, departures: Departure[], seed: number): Promise<ExpectedRun> {
  const run = chaosRun({ runId: 'sigterm-endless', count: 1, seed, takesMs: [endlessMs, endlessMs] })
  await openRun(arena, run)
  for (;;) {
    for (const { process } of arena.workers) {
      if (runningOn(arena, process) === 0) continue
      departures.push(await depart(arena, process))
      return run
    }
    await pause(50)
  }
}

function departureFindings(departures: readonly Departure[]): readonly Finding[] {
  const slowest = Math.max(...departures.map(({ seconds }) => seconds))
  const unclean = departures.filter(({ code }) => code !== 0)
  return [
    atMost('the slowest exit', slowest, longestExitSeconds, 's'),
    never(
      'exits with another code than 0',
      unclean.map(({ program, code }) => `${program.name}: ${code}`),
    ),
  ]
}

/** `endless`: loads that were told to give up, because they take longer than a program has to leave. */
function outcomeFindings(judgement: Judgement, endless: number): readonly Finding[] {
  return [
    never('objects lost', judgement.lost),
    never('wrong final states', [...judgement.wrong, ...judgement.early]),
    atMost('loads done again, but for one that outlasts any patience', judgement.duplicates - endless, 0),
    never('effects doubled at the fenced sink', judgement.doubled),
  ]
}

async function depart(arena: Arena, program: HouseProcess): Promise<Departure> {
  const inFlight = runningOn(arena, program)
  const askedAtMs = performance.now()
  const { code } = await program.kill('SIGTERM')
  const seconds = (performance.now() - askedAtMs) / 1_000
  await program.start()
  return { program, seconds, code, inFlight }
}

/** Of an orchestrator, whose loads nobody can tell, those of all workers. */
function runningOn(arena: Arena, program: HouseProcess): number {
  const isWorker = arena.workers.some(({ process }) => process === program)
  let running = 0
  for (const line of arena.testimony().lines)
    if (isLoad(line) && (!isWorker || line.pid === program.pid)) running += line.what === 'start' ? 1 : -1
  return running
}

async function untilUnderLoad(arena: Arena, program: HouseProcess): Promise<void> {
  const deadlineMs = performance.now() + loadMs
  while (runningOn(arena, program) < loaders / 2) {
    if (performance.now() > deadlineMs)
      throw new Error(`${program.name} has nothing to do after ${loadMs} ms`)
    await pause(20)
  }
}
