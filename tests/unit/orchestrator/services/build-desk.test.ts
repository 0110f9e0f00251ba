// Who joined a build is told what came of it, and nothing is done with before; who leaves is not waited for.

import { beforeEach, describe, expect, it } from 'vitest'
import { MemoryBuildRegistry } from '../../../../orchestrator/adapters/memory/memory-build-registry.ts'
import type { Run } from '../../../../orchestrator/core/run/run.ts'
import type { RunInput } from '../../../../orchestrator/core/run/run-input.ts'
import type { AttemptName } from '../../../../orchestrator/ports/lease-book.ts'
import { BuildDesk } from '../../../../orchestrator/services/build-desk.ts'
import type { Work } from '../../../../orchestrator/services/live-runs.ts'
import { VirtualClock } from '../../../../shared/adapters/memory/virtual-clock.ts'
import { Fault } from '../../../../shared/base/fault.ts'
import { planOf } from '../../../support/plan-of.ts'
import { recordingLogger } from '../../../support/recording-logger.ts'
import { cancel, dispatch, open, runAfter } from '../../../support/run-spec.ts'
import { Strikes } from '../../../support/strikes.ts'

const plan = planOf({ o: [] })
const dated: Run = runAfter(plan, [{ ...open(), businessDate: '2026-11-21' } as RunInput])
const dispatched = [{ ...open(), businessDate: '2026-11-21' } as RunInput, dispatch]
const undated = runAfter(plan, [open()])
const group = '2026-11-21 default'
const of = (runId: string, attempt = 1): AttemptName => ({ runId, objectId: 'o', attempt })
const loadedBy = (runId: string): RunInput => ({
  ...{ kind: 'loaded', ...of(runId), info: 'by one', result: { rows: 3 } },
})

const lost: RunInput = { kind: 'lost', objectId: 'o', attempt: 1, cause: 'lease-expired' }

let clock: VirtualClock
let registry: MemoryBuildRegistry
let close: Strikes
let works: { runId: string; work: Work }[]
let desk: BuildDesk
const logger = recordingLogger()

beforeEach(() => {
  clock = new VirtualClock()
  registry = new MemoryBuildRegistry(() => clock.nowMs())
  close = new Strikes()
  works = []
  desk = new BuildDesk({
    builds: {
      close: (...given) => close.call(() => registry.close(...given)),
      leave: (...given) => registry.leave(...given),
      ownersOf: (...given) => registry.ownersOf(...given),
    },
    conductor: { submit: (runId, work) => void works.push({ runId, work }) },
    clock,
    random: () => 0.5,
    logger,
  })
})

const claim = (...attempts: readonly AttemptName[]) =>
  registry.claim(
    group,
    attempts.map((attempt) => ({ build: 'work', commit: 'x.1', ...attempt })),
  )

/** What becomes of an input that is handed in for a run: its conductor settles it at once. */
async function handedIn(runId: string, input: RunInput, run = dated) {
  const became: { settled: number; refused: string | undefined } = { settled: 0, refused: undefined }
  desk.submit(runId, {
    input,
    settle: () => {
      became.settled++
    },
    refuse: (fault) => {
      became.refused = fault.code
    },
  })
  works.shift()?.work.settle([], run)
  await clock.advance(0)
  return became
}

describe('the outcome of a shared attempt', () => {
  it('is told to each who joined as that of its own attempt, and is settled when they have settled it', async () => {
    await claim(of('one'), of('two', 4), of('three'))
    const became = await handedIn('one', loadedBy('one'))
    expect(works.map(({ runId, work }) => ({ of: runId, ...work.input }))).toEqual([
      { ...loadedBy('one'), ...of('two', 4), of: 'two' },
      { ...loadedBy('one'), ...of('three'), of: 'three' },
    ])
    works[0]?.work.settle([], dated)
    await clock.advance(0)
    expect(became.settled).toBe(0)
    works[1]?.work.settle([], dated)
    await clock.advance(0)
    expect(became).toEqual({ settled: 1, refused: undefined })
  })

  it('is told in the same way when its worker is dead and its run does not care any more', async () => {
    await claim(of('one'), of('two'))
    await handedIn('one', lost)
    expect(works).toMatchObject([
      { runId: 'two', work: { input: { kind: 'lost', objectId: 'o', attempt: 1 } } },
    ])
  })

  it('is not told when its worker is dead and its run has announced the next: who joined waits for that', async () => {
    await claim(of('one'), of('two'), of('one', 2))
    const became = await handedIn('one', lost)
    expect([works, became.settled]).toEqual([[], 1])
  })

  it('is settled all the same when one who joined can never be told, which is said in the log', async () => {
    await claim(of('one'), of('two'))
    const became = await handedIn('one', loadedBy('one'))
    works[0]?.work.refuse(new Fault('RUN_CORRUPT', 'nobody can read it'))
    await clock.advance(0)
    expect(became).toEqual({ settled: 1, refused: undefined })
    expect(logger.messages('warn')).toContain('a run cannot be told of the build it joined')
  })

  it('is left to the next replica when this one stops before all are told', async () => {
    await claim(of('one'), of('two'))
    const became = await handedIn('one', loadedBy('one'))
    works[0]?.work.refuse(new Fault('SHUTTING_DOWN', 'stopping'))
    await clock.advance(0)
    expect(became).toEqual({ settled: 0, refused: 'SHUTTING_DOWN' })
  })

  it('is left to the next replica when the registry does not answer before this one stops', async () => {
    await claim(of('one'), of('two'))
    close.begin()
    const became = await handedIn('one', loadedBy('one'))
    await clock.advance(1_000)
    expect(became).toEqual({ settled: 0, refused: undefined })
    await desk.stop()
    expect(became.refused).toBe('SHUTTING_DOWN')
  })

  it('is that of the attempt which the run took it for, where it does not say which it answers', async () => {
    const bare = { ...loadedBy('one'), attempt: undefined } as RunInput
    const facts = [{ type: 'object-loaded', object_id: 'o', attempt: 7 }] as const
    await claim(of('one', 7), of('two'))
    desk.submit('one', { input: bare, settle: () => {}, refuse: () => {} })
    works.shift()?.work.settle(facts, dated)
    await clock.advance(0)
    expect(works.map(({ runId }) => runId)).toEqual(['two'])
  })

  it('is that of an attempt which was out before, where it does not say which and changed nothing', async () => {
    const bare = { ...loadedBy('one'), attempt: undefined } as RunInput
    await claim(of('one'), of('two'))
    await handedIn('one', bare, runAfter(plan, dispatched))
    expect(works, 'the attempt that is out now is none of its').toEqual([])
    await handedIn('one', bare, runAfter(plan, [...dispatched, cancel]))
    expect(
      works.map(({ runId }) => runId),
      'the run was cancelled',
    ).toEqual(['two'])
  })

  it('is refused when the run that was answered refuses it', async () => {
    const refused: string[] = []
    const work = {
      input: loadedBy('one'),
      settle: () => {},
      refuse: ({ code }: Fault) => void refused.push(code),
    }
    desk.submit('one', work)
    works[0]?.work.refuse(new Fault('RUN_UNKNOWN', 'never heard of it'))
    expect(refused).toEqual(['RUN_UNKNOWN'])
  })
})

it('asks once for all that was settled in one turn, and once for what came meanwhile', async () => {
  const release = close.hold()
  for (const runId of ['one', 'two', 'three']) {
    desk.submit(runId, { input: loadedBy(runId), settle: () => {}, refuse: () => {} })
    works.pop()?.work.settle([], dated)
    if (runId === 'one') await clock.advance(0)
  }
  release()
  await clock.advance(0)
  expect(close.calls).toBe(2)
})

it('asks nothing for a run without a date, nor for what is no outcome', async () => {
  expect(await handedIn('one', loadedBy('one'), undated)).toMatchObject({ settled: 1 })
  expect(await handedIn('one', { kind: 'tick' })).toMatchObject({ settled: 1 })
  expect(close.calls).toBe(0)
})

describe('attempts that nobody waits for', () => {
  it('are those of a run without a date, at once', async () => {
    expect(await desk.leave(undefined, [of('one')])).toEqual([of('one')])
  })

  it('are not those that another run has joined, until that leaves too', async () => {
    await claim(of('one'), of('two'))
    expect(await desk.leave(group, [of('one')])).toEqual([])
    expect(await desk.leave(group, [of('two')])).toEqual([of('one')])
  })
})

describe('the attempt that zones know of', () => {
  it('is the one that was joined, or the attempt itself', async () => {
    await claim(of('one'), of('two'))
    expect(await desk.announcedFor(dated, [of('two'), of('one')])).toEqual([of('one'), of('one')])
    expect(await desk.ownersOf(dated, [of('two'), of('one')])).toEqual([of('one'), undefined])
    expect(await desk.announcedFor(undated, [of('two')])).toEqual([of('two')])
    expect(await desk.ownersOf(undated, [of('two')])).toEqual([undefined])
  })
})
