// Ten runs while every few seconds a random process is killed, frozen or emptied: nothing is lost, and no effect is doubled.

import { setTimeout as pause } from 'node:timers/promises'
import { zones } from '../../../shared/base/layer.ts'
import { type Random, seededRandom } from '../../../shared/base/random.ts'
import type { HouseProcess } from '../../../tests/support/house-process.ts'
import { Arena } from '../house/arena.ts'
import { type Blow, chosenBlow, nameOfBlow, strike } from '../house/blows.ts'
import { chaosRun, type ExpectedRun } from '../house/chaos-objects.ts'
import { openRun, toldRun, untilEnded } from '../house/open-run.ts'
import { type Judgement, judge } from '../oracle/judgement.ts'
import { atMost, type Finding, never, type ScenarioResult } from '../report/scenario-result.ts'
import type { ScenarioWish } from './scenario.ts'

const leaseSeconds = 10
const loaders = 8
const workersPerZone = 2
/** After the last strike everything must come to its end within this. */
const calmMs = 180_000

/** What the storm did. */
interface Log {
  /** Who is down, or being struck, by place. */
  readonly busy: Map<string, Promise<void>>
  readonly blows: Map<string, number>
  /** Programs that ended without being struck, and were started again. */
  readonly deaths: string[]
  /** Workers among them. */
  workerDeaths: number
  /** When Redis was emptied, or came back without its data. */
  readonly losses: number[]
}

export async function storm(wish: ScenarioWish): Promise<ScenarioResult> {
  const startedAtMs = performance.now()
  const arena = await Arena.open({
    name: 'storm',
    brokers: wish.brokers,
    orchestrators: 2,
    workersPerZone,
    loaders,
    leaseSeconds,
    env: { RETRY_BASE_MS: '200', LOG_LEVEL: 'info' },
  })
  const over = new AbortController()
  try {
    const runs = runsOf(wish)
    const log: Log = { busy: new Map(), blows: new Map(), deaths: [], workerDeaths: 0, losses: [] }
    void supervise(arena, over.signal, log)
    await rage(arena, wish, runs, log)
    wish.say('calm')
    await Promise.all(runs.map(({ runId }) => untilEnded(arena, runId, calmMs)))
    over.abort()
    const told = await Promise.all(runs.map((run) => toldRun(arena, run)))
    const judgement = judge(told, arena.testimony(), arena.sink)
    const tookSeconds = (performance.now() - startedAtMs) / 1_000
    const bound = boundOf(log)
    return {
      scenario: 'storm',
      tookSeconds,
      findings: findingsOf(judgement, bound),
      figures: { ...figuresOf(wish, runs, judgement, arena, log), ...bound },
    }
  } finally {
    over.abort()
    await arena.close()
  }
}

function runsOf({ seed, isQuick }: ScenarioWish): readonly ExpectedRun[] {
  const [count, size] = isQuick ? [3, 60] : [10, 1_000]
  return Array.from({ length: count }, (_, index) =>
    chaosRun({
      runId: `storm-${index}`,
      count: size,
      seed: seed * 1_000 + index,
      takesMs: isQuick ? [50, 300] : [100, 700],
      flaky: 0.02,
      refused: 0.001,
    }),
  )
}

/** Opens the runs one after the other and strikes until all have ended or the time is over. */
async function rage(arena: Arena, wish: ScenarioWish, runs: readonly ExpectedRun[], log: Log): Promise<void> {
  const { seed, minutes, everySeconds } = wish
  const random = seededRandom(seed)
  const untilMs = performance.now() + minutes * 60_000
  let isOver = false
  const opened = openAll(arena, runs, everySeconds)
  const ended = opened.then(() =>
    Promise.all(runs.map(({ runId }) => untilEnded(arena, runId, untilMs - performance.now()))),
  )
  const finished = ended.finally(() => {
    isOver = true
  })
  while (performance.now() < untilMs && !isOver) {
    await Promise.race([pause(everySeconds * 1_000), finished])
    if (!isOver) strikeSomebody(arena, random, wish, log)
  }
  await Promise.all([opened, ...log.busy.values()])
}

/** Draws until somebody is free: what is down already cannot be struck. */
function strikeSomebody(arena: Arena, random: Random, { say }: ScenarioWish, log: Log): void {
  const { busy, blows, losses } = log
  const counts = { orchestrators: arena.orchestrators.length, workers: arena.workers.length }
  let blow = chosenBlow(random, counts)
  for (let tries = 0; busy.has(placeOf(blow)) && tries < 20; tries++) blow = chosenBlow(random, counts)
  const place = placeOf(blow)
  if (busy.has(place)) return
  const name = nameOfBlow(blow)
  say(`${name} ${blow.index}`)
  blows.set(name, (blows.get(name) ?? 0) + 1)
  if (blow.kind === 'flush' || blow.kind === 'lose') losses.push(Date.now())
  busy.set(
    place,
    strike(arena, blow, 2 * leaseSeconds * 1_000).finally(() => busy.delete(place)),
  )
}

function placeOf({ victim, index }: Pick<Blow, 'victim' | 'index'>): string {
  return `${victim}-${index}`
}

/** Many at a time would be one storm of openings: one is opened between two strikes. */
async function openAll(arena: Arena, runs: readonly ExpectedRun[], everySeconds: number): Promise<void> {
  for (const run of runs) {
    await openRun(arena, run)
    await pause(everySeconds * 500)
  }
}

/** What Kubernetes does: a program that ended by itself is started again. */
async function supervise(arena: Arena, over: AbortSignal, log: Log): Promise<void> {
  const places = new Map<HouseProcess, string>([
    ...arena.orchestrators.map((one, index) => [one, `orchestrator-${index}`] as const),
    ...arena.workers.map(({ process }, index) => [process, `worker-${index}`] as const),
  ])
  while (!over.aborted) {
    for (const [program, place] of places) {
      if (log.busy.has(place) || program.end === undefined) continue
      log.deaths.push(`${program.name}, exit ${program.end.code}: ${lastErrors(program)}`)
      if (place.startsWith('worker')) log.workerDeaths++
      program.spawn()
    }
    await pause(200)
  }
}

/** What it complained of last: each line of a log is an object. */
function lastErrors(program: HouseProcess): string {
  const errors = program
    .output()
    .split('\n')
    .filter((line) => !line.startsWith('{') || line.includes('"level":"error"'))
  return errors.join(' ').slice(-600)
}

/** Loads and attempts that were in flight on what was struck: so many may be done again, and no more. */
function boundOf({ blows, workerDeaths, losses }: Log) {
  const struck = (...names: readonly string[]) => names.reduce((sum, name) => sum + (blows.get(name) ?? 0), 0)
  const everybody = loaders * workersPerZone * zones.length
  return {
    'in flight at most on workers struck or ended':
      loaders * (struck('worker kill', 'worker stop') + workerDeaths),
    // Its silence outlasts every lease.
    'in flight at most while Redis was frozen': everybody * struck('redis stop'),
    // Also what was answered and not decided yet: no more than a worker can have in hand, by what the house remembers.
    'in flight at most when Redis was emptied': everybody * losses.length,
  }
}

function findingsOf(judgement: Judgement, bound: Readonly<Record<string, number>>): readonly Finding[] {
  const inFlight = Object.values(bound).reduce((sum, count) => sum + count, 0)
  return [
    never('objects lost', judgement.lost),
    never('children begun before a parent was loaded', judgement.early),
    never('wrong final states', judgement.wrong),
    never('effects doubled at the fenced sink', judgement.doubled),
    never('effects that stand and do not count', judgement.foreign),
    never('torn lines of the witness', judgement.unreadable),
    atMost('loads done again, against those in flight on what was struck', judgement.duplicates, inFlight),
  ]
}

function figuresOf(
  { seed }: ScenarioWish,
  runs: readonly ExpectedRun[],
  { executions, duplicates, inFlight }: Judgement,
  { sink }: Arena,
  { blows, deaths }: Log,
): ScenarioResult['figures'] {
  return {
    seed,
    objects: runs.reduce((sum, { objects }) => sum + objects.size, 0),
    strikes: [...blows.values()].reduce((sum, count) => sum + count, 0),
    ...Object.fromEntries([...blows].sort()),
    'loads begun': executions,
    'loads done again': duplicates,
    'in flight on workers when they were struck': inFlight,
    'effects applied / repeated / refused as old': `${sink.answers.applied} / ${sink.answers.repeated} / ${sink.answers.old}`,
    'programs that ended by themselves': deaths.length,
    ...(deaths.length === 0 ? {} : { 'the first of them': deaths[0] ?? '' }),
  }
}
