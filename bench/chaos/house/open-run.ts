// Opens a run on whoever answers, as somebody who needs it opened would: again and again, under the same id.

import { setTimeout as pause } from 'node:timers/promises'
import type { OpenRunBody, RunResource } from '../../../shared/api/run-resource.ts'
import { messageOf } from '../../../shared/base/fault.ts'
import type { ToldRun } from '../oracle/judgement.ts'
import type { Arena } from './arena.ts'
import type { ExpectedRun } from './chaos-objects.ts'

const retryMs = 250

/** Resolves when an orchestrator says that the run exists. Rejects after `withinMs`, and when the definition is refused. */
export async function openRun(
  arena: Arena,
  { runId, definitions }: Pick<ExpectedRun, 'runId' | 'definitions'>,
  more: Partial<OpenRunBody> = {},
  withinMs = 180_000,
): Promise<void> {
  const body: OpenRunBody = { objects: definitions, run_id: runId, all: true, ...more }
  const opened = await asked(withinMs, (index) => arena.client(index).openRun(body))
  if (!opened.ok) throw new Error(`${runId} was refused: ${JSON.stringify(opened.reason[0])}`)
}

/** Resolves when the run is not running any more; undefined when it still is after `withinMs`. */
export async function untilEnded(
  arena: Arena,
  runId: string,
  withinMs: number,
): Promise<RunResource | undefined> {
  const deadlineMs = performance.now() + withinMs
  while (performance.now() < deadlineMs) {
    const run = await asked(deadlineMs - performance.now(), (index) =>
      arena.client(index).getRun(runId),
    ).catch(() => undefined)
    if (run !== undefined && run.state !== 'running') return run
    await pause(retryMs)
  }
  return undefined
}

/** What the house says of the run now: its state, and its facts when it has ended. */
export async function toldRun(arena: Arena, expected: ExpectedRun): Promise<ToldRun> {
  const { state } = await asked(60_000, (index) => arena.client(index).getRun(expected.runId))
  if (state === 'running') return { expected, state, facts: [] }
  const facts = await asked(60_000, async (index) => {
    const seen = []
    for await (const fact of arena.client(index).followFacts(expected.runId)) seen.push(fact)
    return seen
  })
  return { expected, state, facts }
}

/** Asks one orchestrator after the other until one answers. */
async function asked<Answer>(
  withinMs: number,
  ask: (orchestrator: number) => Promise<Answer>,
): Promise<Answer> {
  const deadlineMs = performance.now() + withinMs
  for (let index = 0; ; index++) {
    try {
      // An orchestrator that stands still takes the question and never answers.
      return await Promise.race([ask(index), tooLong()])
    } catch (error) {
      if (performance.now() > deadlineMs)
        throw new Error(`no orchestrator answers: ${messageOf(error)}`, { cause: error })
      await pause(retryMs)
    }
  }
}

const longestAnswerMs = 30_000

async function tooLong(): Promise<never> {
  await pause(longestAnswerMs, undefined, { ref: false })
  throw new Error(`no answer within ${longestAnswerMs} ms`)
}
