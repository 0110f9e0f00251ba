// Attempts that were announced and not answered, of one run: which are past their time, and which nobody has any more.

import type { PlanObject } from '../../../orchestrator/core/graph/plan.ts'
import { planFromChunks } from '../../../orchestrator/core/graph/plan-chunks.ts'
import { parseCommit, replay } from '../../../orchestrator/core/run/commit-record.ts'
import { Run } from '../../../orchestrator/core/run/run.ts'
import type { Holder } from '../../../orchestrator/ports/lease-book.ts'
import { at } from '../../../shared/base/assert.ts'
import { type Zone, zoneOf } from '../../../shared/base/layer.ts'
import { type Finding, found } from './finding.ts'

export interface OpenAttempt {
  readonly runId: string
  readonly objectId: string
  readonly attempt: number
  readonly zone: Zone
  readonly announcedAtMs: number
  /** Infinity: it may take for ever. */
  readonly deadlineMs: number
}

/** Throws RUN_CORRUPT or FORMAT_NEWER when the run cannot be read. */
export function openAttempts(
  runId: string,
  records: readonly string[],
  chunks: readonly string[],
): readonly OpenAttempt[] {
  const run = new Run(runId, planFromChunks(chunks))
  replay(run, records)
  const announcedAtMs = announcements(records)
  return run.plan.objects.flatMap((object, index) => {
    if (run.stateOf(index) !== 'ready') return []
    const attempt = run.attemptOf(index)
    return [
      {
        ...placeOf(object),
        runId,
        attempt,
        announcedAtMs: announcedAtMs.get(`${attempt} ${object.id}`) ?? 0,
        deadlineMs: run.dueAtMsOf(index) || Number.POSITIVE_INFINITY,
      },
    ]
  })
}

function placeOf({ id, layer }: PlanObject) {
  return { objectId: id, zone: zoneOf(layer) }
}

function announcements(records: readonly string[]): ReadonlyMap<string, number> {
  const atMs = new Map<string, number>()
  for (const record of records) {
    const commit = parseCommit(record)
    for (const fact of commit.facts) {
      if (fact.type === 'object-ready') atMs.set(`${fact.attempt} ${fact.object_id}`, commit.at_ms)
    }
  }
  return atMs
}

/** Attempts whose time was over before `beforeMs`, and nobody has decided it. */
export function checkDeadlines(attempts: readonly OpenAttempt[], beforeMs: number): readonly Finding[] {
  return attempts
    .filter(({ deadlineMs }) => deadlineMs < beforeMs)
    .map((attempt) =>
      found('ATTEMPT_OVERDUE', {
        state: 'fail',
        subject: nameOf(attempt),
        message: `attempt ${attempt.attempt} was to be answered until ${timeOf(attempt.deadlineMs)}, and nobody has given it up`,
        advice: 'is an orchestrator running? millefeuille doctor --fix decides what is due',
        repair: { kind: 'attend', runId: attempt.runId },
      }),
    )
}

/** Attempts that nobody works on and that stand in no topic any more; one holder each. */
export function checkHolders(
  attempts: readonly OpenAttempt[],
  holders: readonly Holder[],
  waits: { readonly zones: ReadonlySet<Zone>; readonly answers: boolean },
): readonly Finding[] {
  return attempts.flatMap((attempt, index) => {
    const { kind } = at(holders, index)
    if (kind === 'held' || waits.zones.has(attempt.zone)) return []
    if (kind === 'over' && waits.answers) return []
    const { runId, objectId, attempt: number } = attempt
    const why =
      kind === 'over'
        ? 'a worker has finished it, and its answer never came'
        : 'no worker has it, and its Ready event waits for none'
    return [
      found('ATTEMPT_LOST', {
        state: 'fail',
        subject: nameOf(attempt),
        message: `attempt ${number} was announced at ${timeOf(attempt.announcedAtMs)}; ${why}`,
        advice:
          'a zone without leases (a foreign one) may still work on it; else millefeuille doctor --fix sends its Ready event once more, which a worker that has it or had it answers from its ledger',
        repair: { kind: 'announce', runId, objectId, attempt: number },
      }),
    ]
  })
}

function nameOf({ objectId, runId }: OpenAttempt): string {
  return `object ${objectId} of run ${runId}`
}

function timeOf(atMs: number): string {
  return new Date(atMs).toISOString()
}
