// Attempts that were announced and not answered, of one run: which are past their time, and which nobody has any more.

import type { PlanObject } from '../../../orchestrator/core/graph/plan.ts'
import { planFromChunks } from '../../../orchestrator/core/graph/plan-chunks.ts'
import { buildGroupOf } from '../../../orchestrator/core/run/build.ts'
import { parseCommit, replay } from '../../../orchestrator/core/run/commit-record.ts'
import { Run } from '../../../orchestrator/core/run/run.ts'
import type { AttemptName, Holder } from '../../../orchestrator/ports/lease-book.ts'
import { at } from '../../../shared/base/assert.ts'
import { type Zone, zoneOf } from '../../../shared/base/layer.ts'
import { type Finding, found } from './finding.ts'

export interface OpenAttempt {
  readonly runId: string
  readonly objectId: string
  readonly attempt: number
  readonly zone: Zone
  /** In which its run shares builds; undefined: it shares none. */
  readonly group: string | undefined
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
  const group = buildGroupOf(run)
  return run.plan.objects.flatMap((object, index) => {
    if (run.stateOf(index) !== 'ready') return []
    const attempt = run.attemptOf(index)
    return [
      {
        ...placeOf(object),
        runId,
        group,
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

/** Who works for an attempt: of one that joined a build, whoever has the attempt that was announced for it. */
export interface Worker {
  readonly holder: Holder
  /** Of another run; undefined: the attempt was announced itself. */
  readonly owner: AttemptName | undefined
}

interface Waits {
  readonly zones: ReadonlySet<Zone>
  readonly answers: boolean
}

/** Attempts that nobody works on and that stand in no topic any more; one worker each. */
export function checkHolders(
  attempts: readonly OpenAttempt[],
  workers: readonly Worker[],
  waits: Waits,
): readonly Finding[] {
  return attempts.flatMap((attempt, index) => {
    const worker = at(workers, index)
    return isLost(attempt, worker.holder, waits) ? [lost(attempt, worker)] : []
  })
}

// An answer is read until all who had joined were told: whose build is closed seems to have no worker before.
function isLost({ zone, group }: OpenAttempt, { kind }: Holder, waits: Waits): boolean {
  if (kind === 'held' || waits.zones.has(zone)) return false
  return !waits.answers || (kind === 'free' && group === undefined)
}

function lost(attempt: OpenAttempt, { holder, owner }: Worker): Finding {
  const { runId, objectId, attempt: number } = attempt
  const joined = owner === undefined ? '' : `, and waits for attempt ${owner.attempt} of run ${owner.runId}`
  const why =
    holder.kind === 'over'
      ? 'a worker has finished it, and its answer never came'
      : 'no worker has it, and its Ready event waits for none'
  return found('ATTEMPT_LOST', {
    state: 'fail',
    subject: nameOf(attempt),
    message: `attempt ${number} was announced at ${timeOf(attempt.announcedAtMs)}${joined}; ${why}`,
    advice:
      'a zone without leases (a foreign one) may still work on it; else millefeuille doctor --fix sends its Ready event once more, which a worker that has it or had it answers from its ledger',
    repair: { kind: 'announce', runId, objectId, attempt: number },
  })
}

function nameOf({ objectId, runId }: OpenAttempt): string {
  return `object ${objectId} of run ${runId}`
}

function timeOf(atMs: number): string {
  return new Date(atMs).toISOString()
}
