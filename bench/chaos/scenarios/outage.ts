// Kafka, Redis, and both go away for minutes: no program exits, readiness says what is missing, and work goes on when they are back.

import { setTimeout as pause } from 'node:timers/promises'
import { isJsonObject, parseJson } from '../../../shared/base/json.ts'
import type { HouseProcess } from '../../../tests/support/house-process.ts'
import { Arena } from '../house/arena.ts'
import { chaosRun } from '../house/chaos-objects.ts'
import { openRun, toldRun, untilEnded } from '../house/open-run.ts'
import { judge } from '../oracle/judgement.ts'
import { atMost, type Finding, never, type ScenarioResult } from '../report/scenario-result.ts'
import type { ScenarioWish } from './scenario.ts'

const readinessSeconds = 5
const backSeconds = 15
/** Longer than it may take: what took longer is measured and said, and not only that it did. */
const longestMs = 120_000
const runMs = 600_000

type Part = 'kafka' | 'redis'
const outages: readonly (readonly Part[])[] = [['kafka'], ['redis'], ['kafka', 'redis']]

interface Absence {
  readonly parts: string
  /** Until every program's readiness said what is missing. */
  readonly noticedSeconds: number
  /** From when the broker answers again until every program is ready, and until a load begins. */
  readonly readySeconds: number
  readonly workSeconds: number
  /** Whose liveness failed meanwhile. */
  readonly dead: readonly string[]
}

export async function outage({
  brokers,
  seed,
  outageSeconds,
  isQuick,
  say,
}: ScenarioWish): Promise<ScenarioResult> {
  const startedAtMs = performance.now()
  const arena = await Arena.open({
    name: 'outage',
    brokers,
    orchestrators: 2,
    workersPerZone: 1,
    loaders: 4,
    leaseSeconds: 10,
  })
  const pids = arena.programs.map(({ pid }) => pid)
  try {
    const run = chaosRun({ runId: 'outage', count: isQuick ? 900 : 2_400, seed, takesMs: [100, 300] })
    await openRun(arena, run)
    const absences: Absence[] = []
    for (const parts of outages) {
      await untilWorkGoesOn(arena, Date.now())
      const absence = await absent(arena, parts, outageSeconds)
      say(
        `without ${absence.parts}: noticed after ${absence.noticedSeconds.toFixed(1)} s, back after ${absence.workSeconds.toFixed(1)} s`,
      )
      absences.push(absence)
    }
    await untilEnded(arena, run.runId, runMs)
    const judgement = judge([await toldRun(arena, run)], arena.testimony(), arena.sink)
    const exits = arena.programs.filter(({ pid, end }, index) => end !== undefined || pid !== pids[index])
    return {
      scenario: 'outage',
      tookSeconds: (performance.now() - startedAtMs) / 1_000,
      findings: [
        never(
          'programs that ended',
          exits.map(({ name }) => name),
        ),
        ...absences.flatMap(findingsOf),
        never('objects lost', judgement.lost),
        never('wrong final states', [...judgement.wrong, ...judgement.early]),
        never('effects doubled at the fenced sink', judgement.doubled),
      ],
      figures: {
        'each away for': `${outageSeconds} s`,
        objects: run.objects.size,
        'loads done again': judgement.duplicates,
        ...Object.fromEntries(
          absences.map(({ parts, readySeconds }) => [
            `all ready after ${parts}`,
            `${readySeconds.toFixed(1)} s`,
          ]),
        ),
      },
    }
  } finally {
    await arena.close()
  }
}

function findingsOf({ parts, noticedSeconds, workSeconds, dead }: Absence): readonly Finding[] {
  return [
    atMost(`readiness says that ${parts} is missing`, noticedSeconds, readinessSeconds, 's'),
    never(`liveness fails without ${parts}`, dead),
    atMost(`a load begins after ${parts} is back`, workSeconds, backSeconds, 's'),
  ]
}

async function absent(arena: Arena, parts: readonly Part[], outageSeconds: number): Promise<Absence> {
  const goneAtMs = performance.now()
  await Promise.all(parts.map((part) => arena[part].kill()))
  await Promise.all(arena.programs.map((program) => untilSays(program, parts)))
  const noticedSeconds = (performance.now() - goneAtMs) / 1_000
  const dead: string[] = []
  while (performance.now() - goneAtMs < outageSeconds * 1_000) {
    await pause(1_000)
    for (const program of arena.programs) if (!(await isAlive(program))) dead.push(program.name)
  }
  await Promise.all(parts.map((part) => arena[part].start()))
  const [backAtMs, backAt] = [performance.now(), Date.now()]
  const ready = Promise.all(arena.programs.map((program) => program.isReady())).then(() => performance.now())
  await untilWorkGoesOn(arena, backAt)
  const workSeconds = (performance.now() - backAtMs) / 1_000
  const readySeconds = ((await ready) - backAtMs) / 1_000
  return { parts: parts.join(' and '), noticedSeconds, readySeconds, workSeconds, dead }
}

function untilSays(program: HouseProcess, parts: readonly Part[]): Promise<void> {
  return program.until(
    `does not say that ${parts} is missing`,
    async () => {
      const { status, text } = await program.get('health/readiness')
      const said = parseJson(text)
      const failing = isJsonObject(said) && Array.isArray(said.failing) ? said.failing : []
      if (status !== 503 || !parts.every((part) => failing.includes(part)))
        throw new Error(`${status} ${text}`)
    },
    longestMs,
  )
}

async function isAlive(program: HouseProcess): Promise<boolean> {
  return program.get('health/liveness').then(
    ({ status }) => status === 200,
    () => false,
  )
}

async function untilWorkGoesOn(arena: Arena, sinceMs: number): Promise<void> {
  const deadlineMs = performance.now() + longestMs
  const goesOn = () => arena.testimony().lines.some(({ what, atMs }) => what === 'start' && atMs > sinceMs)
  while (!goesOn()) {
    if (performance.now() > deadlineMs) throw new Error(`no load began within ${longestMs} ms`)
    await pause(50)
  }
}
