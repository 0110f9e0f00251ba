// Runs as people read them: a table of many, or one with its counts and failures.

import type { RunResource, RunState } from '../shared/api/run-resource.ts'
import { handSuffix } from '../shared/base/hand-suffix.ts'
import { objectLabel } from '../shared/base/object-label.ts'
import { missingSuffix } from '../shared/events/degradation.ts'
import { spanInWords } from './duration.ts'
import { fittingTable } from './fitting-table.ts'
import { plainText } from './one-line.ts'
import type { FailureNote } from './progress/run-progress.ts'
import type { FoundObjects } from './run-objects.ts'
import type { Style, Terminal } from './terminal.ts'
import { counted } from './validation.ts'

const colours: Record<RunState, Style> = {
  running: 'cyan',
  succeeded: 'green',
  failed: 'red',
  'timed-out': 'red',
  cancelled: 'yellow',
}

/** An instant of the API in UTC, to the second: `2026-11-21 07:00:00`. */
export function utcText(instant: string): string {
  return new Date(instant).toISOString().slice(0, 19).replace('T', ' ')
}

export function showRuns(terminal: Terminal, runs: readonly RunResource[], nowMs: number): void {
  const head = ['RUN', 'STATE', 'DONE', 'OF', 'FAILED', 'OPENED (UTC)', 'TOOK', 'TENANT', 'WORKFLOW']
  const rows = runs.map((run) => [
    run.run_id,
    stateCell(terminal, run),
    run.counts.loaded + run.counts.reused,
    run.objects,
    run.counts.failed,
    utcText(run.opened_at),
    spanInWords(tookMs(run, nowMs)),
    run.tenant,
    run.workflow ?? '',
  ])
  for (const line of fittingTable(terminal.resultColumns, head, rows)) terminal.result(line)
}

function stateCell(terminal: Terminal, { state, paused }: RunResource): string {
  return paused ? terminal.paintResult('yellow', 'paused') : terminal.paintResult(colours[state], state)
}

export interface RunReport {
  readonly run: RunResource
  /** Maybe the first of more. */
  readonly failures: readonly FailureNote[]
  /** What went on without something; undefined: it is not known. */
  readonly degraded: FoundObjects | undefined
  /** What waits for its next attempt; undefined: it is not known. */
  readonly retrying: FoundObjects | undefined
}

/** One run. The most important is last. */
export function showRun(terminal: Terminal, report: RunReport, nowMs: number): void {
  const { run, failures, degraded, retrying } = report
  const { counts } = run
  const say = (label: string, text: string) => terminal.result(`${label.padEnd(9)} ${text}`)
  say('run', run.run_id)
  say('tenant', run.tenant)
  if (run.workflow !== null) say('workflow', run.workflow)
  if (run.business_date !== null) say('date', run.business_date)
  say('plan', `${run.plan.slice(0, 12)}, ${counted(run.objects, 'object')}`)
  say('opened', `${utcText(run.opened_at)} UTC`)
  if (run.ended_at !== null) say('ended', `${utcText(run.ended_at)} UTC`)
  for (const { objectId, attempt, code, detail } of failures)
    say(
      'failed',
      terminal.paintResult('red', plainText(`${objectId}: ${code} ${detail} (attempt ${attempt})`)),
    )
  const hidden = counts.failed - failures.length
  if (hidden > 0) say('', `… and ${hidden} more failed (--json prints them all)`)
  for (const line of degradedTexts(degraded)) say('degraded', line)
  const unnamed = (degraded?.total ?? 0) - (degraded?.objects.length ?? 0)
  if (unnamed > 0) say('', `… and ${unnamed} more degraded (--json prints them all)`)
  for (const line of retryingTexts(retrying, run.paused)) say('retrying', line)
  const unsaid = (retrying?.total ?? 0) - (retrying?.objects.length ?? 0)
  if (unsaid > 0) say('', `… and ${unsaid} more retrying (--json prints them all)`)
  const totals = Object.entries(counts).flatMap(([state, count]) => (count > 0 ? [`${count} ${state}`] : []))
  if (degraded !== undefined && degraded.total > 0) totals.push(`${degraded.total} degraded`)
  const took = spanInWords(tookMs(run, nowMs))
  if (run.rerun_of !== null) say('rerun of', plainText(rerunText(run)))
  if (run.paused) say('paused', plainText(pauseText(run)))
  if (run.end_reason !== null || run.ended_by !== null) say('because', plainText(becauseOf(run)))
  say('state', `${terminal.paintResult(colours[run.state], run.state)}: ${totals.join(', ')} in ${took}`)
}

/** As `2002 Customers clean, without 1001`, `3001 (2002 above it went on without 1001)`. */
function degradedTexts(found: FoundObjects | undefined): readonly string[] {
  return (found?.objects ?? []).map(({ object_id, name, degraded }) => {
    return plainText(`${objectLabel(object_id, name)}${missingSuffix(degraded, object_id)}`)
  })
}

/** As `1001 Customers: TARGET_UNAVAILABLE the breaker of api.example is open; again at 2026-11-21 07:00:10 UTC`. */
function retryingTexts(found: FoundObjects | undefined, isPaused: boolean): readonly string[] {
  return (found?.objects ?? []).flatMap(({ object_id, name, next_attempt: next }) => {
    if (next === null) return []
    const label = objectLabel(object_id, name)
    const at = `${utcText(next.at)} UTC`
    const when = isPaused ? `when the run is resumed, not before ${at}` : `at ${at}`
    return [plainText(`${label}: ${next.code} ${next.detail}; again ${when}`)]
  })
}

/** As `r by ada: the share is back`. */
function rerunText({ rerun_of, rerun_by, rerun_reason }: RunResource): string {
  return `${rerun_of}${handSuffix({ by: rerun_by, reason: rerun_reason })}`
}

/** As `by ada: wrong prices; nothing more is announced: millefeuille resume r`. */
function pauseText({ run_id, paused_by, pause_reason }: RunResource): string {
  const hand = handSuffix({ by: paused_by, reason: pause_reason }).trimStart()
  return `${hand === '' ? '' : `${hand}; `}nothing more is announced: millefeuille resume ${run_id}`
}

function becauseOf({ ended_by, end_reason, state }: RunResource): string {
  return `${state}${handSuffix({ by: ended_by, reason: end_reason })}`
}

/** Of a run that goes on: until now. */
function tookMs({ opened_at, ended_at }: RunResource, nowMs: number): number {
  return Math.max(0, (ended_at === null ? nowMs : Date.parse(ended_at)) - Date.parse(opened_at))
}
