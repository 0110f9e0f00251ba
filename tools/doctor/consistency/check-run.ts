// Whether the store has of a run what the journal has of it, and nothing that should be out and is not.

import type { SeenHead, SeenRun } from '../../../orchestrator/ports/store-inspection.ts'
import { type Finding, found } from './finding.ts'
import type { JournalledChain } from './journalled-chain.ts'

export interface RunTimes {
  readonly nowMs: number
  /** What an orchestrator that lives is about to do is left to it for this long. */
  readonly graceMs: number
  /** The store keeps heads of ended runs for this long. */
  readonly headsKeptMs: number
}

const rebuild = { kind: 'rebuild' } as const
const fix = 'millefeuille doctor --fix rebuilds Redis from the journal'

/** The journal must have been read before the store was looked at, and once more when the store was ahead then. */
export function checkRun(
  journal: JournalledChain | undefined,
  seen: SeenRun,
  times: RunTimes,
): readonly Finding[] {
  const { head } = seen
  if (journal === undefined || journal.ids.length === 0) return checkUnjournalled(seen, times)
  if (head === undefined && seen.ids.length === 0) return checkMissing(journal, times)
  // Of a run whose time is over only the head is kept.
  const isOver = journal.hasEnded && seen.ids.length === 0 && head?.last === journal.ids.at(-1)
  const chain = isOver ? [] : checkChain(journal, seen)
  if (chain.length > 0 || head === undefined) return chain
  return [...checkOutbox(journal.ids.length, seen, head, times), ...checkDue(seen, head, times)]
}

function checkMissing(journal: JournalledChain, { nowMs, headsKeptMs }: RunTimes): readonly Finding[] {
  if (journal.plan === undefined) return []
  if (journal.hasEnded && journal.lastAtMs < nowMs - headsKeptMs) return []
  const subject = `run ${journal.runId}`
  const message = `the journal has ${journal.ids.length} commits of it, Redis has nothing`
  return [found('RUN_MISSING', { state: 'fail', subject, message, advice: fix, repair: rebuild })]
}

function checkChain(journal: JournalledChain, seen: SeenRun): readonly Finding[] {
  const subject = `run ${journal.runId}`
  const common = Math.min(journal.ids.length, seen.ids.length)
  const fork = journal.ids.findIndex((id, index) => index < common && seen.ids[index] !== id)
  if (fork >= 0) {
    const message = `commit ${fork + 1} is another one in Redis than in the journal, and what follows too`
    return [found('RUN_DIVERGED', { state: 'fail', subject, message, advice: fix, repair: rebuild })]
  }
  if (seen.ids.length < journal.ids.length) {
    const message = `the journal has ${journal.ids.length} commits of it, Redis has the first ${seen.ids.length}`
    return [found('RUN_BEHIND', { state: 'fail', subject, message, advice: fix, repair: rebuild })]
  }
  if (seen.head !== undefined && seen.head.last === seen.ids.at(-1)) return []
  const message = 'its head in Redis is not that of its last commit'
  return [found('RUN_DIVERGED', { state: 'fail', subject, message, advice: fix, repair: rebuild })]
}

/** What Redis has of a run that the journal does not know. */
function checkUnjournalled(seen: SeenRun, times: RunTimes): readonly Finding[] {
  const subject = `run ${seen.runId}`
  const { head, ids } = seen
  if (head !== undefined && ids.length > 0) return checkOutbox(0, seen, head, times)
  if (head === undefined || head.hasEnded || head.isHeld) return []
  const message = 'Redis has a head of it and no commits, and the journal does not know it'
  const advice = 'millefeuille doctor --fix removes the head: nothing can be made of it'
  const repair = { kind: 'forget-head', runId: seen.runId } as const
  return [found('HEAD_ORPHANED', { state: 'warn', subject, message, advice, repair })]
}

function checkOutbox(
  journalled: number,
  seen: SeenRun,
  head: SeenHead,
  { nowMs, graceMs }: RunTimes,
): readonly Finding[] {
  const subject = `run ${seen.runId}`
  const { relayed } = head
  const count = seen.ids.length
  if (relayed > journalled && count > journalled) {
    const message = `Redis says that ${relayed} of its commits are published, the journal has ${journalled}`
    const advice =
      'the journal has lost records (see retention.ms of its topic): nothing is lost while Redis is whole, and what is not in the journal could not be rebuilt; --fix leaves it'
    return [found('RUN_NOT_JOURNALLED', { state: 'fail', subject, message, advice, repair: null })]
  }
  if (relayed >= count || head.keptAtMs > nowMs - graceMs) return []
  const seconds = Math.round((nowMs - head.keptAtMs) / 1_000)
  const message = `${count - relayed} of its commits were kept ${seconds} s ago and are not published`
  const advice = 'is an orchestrator running? millefeuille doctor --fix publishes them'
  const repair = { kind: 'attend', runId: seen.runId } as const
  return [found('OUTBOX_NOT_DRAINED', { state: 'fail', subject, message, advice, repair })]
}

function checkDue(seen: SeenRun, head: SeenHead, { nowMs, graceMs }: RunTimes): readonly Finding[] {
  if (head.hasEnded || head.isHeld) return []
  const subject = `run ${seen.runId}`
  if (!seen.isEntered) {
    const message =
      'it goes on, and is not among the runs that orchestrators look at: its timers would be missed'
    const advice = 'millefeuille doctor --fix enters it'
    const repair = { kind: 'enter', runId: seen.runId } as const
    return [found('RUN_NOT_ENTERED', { state: 'fail', subject, message, advice, repair })]
  }
  if (head.dueAtMs > nowMs - graceMs) return []
  const seconds = Math.round((nowMs - head.dueAtMs) / 1_000)
  const message = `something was due ${seconds} s ago, and nobody has looked at it`
  const advice = 'is an orchestrator running? millefeuille doctor --fix decides what is due'
  const repair = { kind: 'attend', runId: seen.runId } as const
  return [found('TIMER_OVERDUE', { state: 'fail', subject, message, advice, repair })]
}
