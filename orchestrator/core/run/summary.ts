// What lists and the API show of a run, and when somebody must look at it again.

import { endedEarlyBy } from './ended-early.ts'
import { failuresOf, shortestPickupMs } from './object-patience.ts'
import type { ByHand, ObjectFailed, ObjectRetryScheduled, RunFact } from './run-fact.ts'
import type { RunHead, RunView } from './run-view.ts'

/** `head` is that of the decision, which `run` has not evolved to yet. */
export function summaryOf(run: RunView, head: RunHead) {
  const endedEarly = endedEarlyBy(head)
  return {
    runId: run.id,
    state: head.ended ?? ('running' as const),
    tenant: head.opened?.tenant ?? 'default',
    workflow: head.opened?.workflow ?? null,
    businessDate: head.opened?.business_date ?? null,
    plan: run.plan.hash,
    objects: run.plan.objects.length,
    openedAtMs: head.openedAtMs,
    endedAtMs: head.endedAtMs ?? null,
    isPaused: head.paused !== undefined,
    ...(head.paused === undefined ? {} : { paused: handOf(head.paused.by, head.paused.reason) }),
    ...rerunIn(head),
    ...(endedEarly === undefined ? {} : { endedEarly }),
    counts: head.counts,
  }
}

function rerunIn({ opened }: RunHead) {
  if (opened?.rerun_of === undefined) return {}
  const { rerun_of: rerunOf, by, reason } = opened
  return { rerunOf, ...(by === undefined ? {} : { rerun: handOf(by, reason) }) }
}

function handOf(by: string, reason: string | undefined): ByHand {
  return reason === undefined ? { by } : { by, reason }
}

/** A run whose opening scan is unfinished is looked at again this long after its last commit, should its conductor die. */
const orphanedOpeningMs = 5_000

/** When the run needs somebody although no answer comes; Infinity: never. */
export function dueAtMsOf(run: RunView, head: RunHead, atMs: number): number {
  if (head.ended !== undefined) return Number.POSITIVE_INFINITY
  const scanDueAtMs = isScanned(run, head) ? Number.POSITIVE_INFINITY : atMs + orphanedOpeningMs
  return Math.min(head.nextDueAtMs, scanDueAtMs, atMs + lookAgainMs(run, head))
}

/** How long a run may be left alone whose next step hangs on the world and not on an answer: zones that come to life, attempts that nobody claims. */
export function lookAgainMs(run: RunView, head: RunHead): number {
  const heldMs =
    head.dead.length > 0 && head.counts.waiting > 0 ? orphanedOpeningMs : Number.POSITIVE_INFINITY
  const pickupMs = head.counts.ready > 0 ? (shortestPickupMs(run) ?? Number.POSITIVE_INFINITY) : heldMs
  return Math.min(heldMs, pickupMs)
}

/** Whether the opening scan has seen every object. */
export function isScanned(run: RunView, head: RunHead = run.head): boolean {
  return (
    head.opened === undefined || head.ended !== undefined || head.scanned >= run.plan.dispatchOrder.length
  )
}

/** Failures so far, as they count against its retries, of each object that failed in these facts; `run` has not evolved to them yet. */
export function failuresIn(
  run: RunView,
  facts: readonly RunFact[],
): readonly { objectId: string; count: number }[] {
  const counts = new Map<string, number>()
  const failed = new Set<string>()
  for (const fact of facts) {
    if (fact.type === 'object-reset') counts.set(fact.object_id, 0)
    if (!isFailure(fact)) continue
    const { object_id: objectId } = fact
    counts.set(objectId, (counts.get(objectId) ?? failuresBefore(run, objectId)) + 1)
    failed.add(objectId)
  }
  return [...failed].map((objectId) => ({ objectId, count: counts.get(objectId) ?? 0 }))
}

function isFailure(fact: RunFact): fact is ObjectFailed | ObjectRetryScheduled {
  if (fact.type !== 'object-failed' && fact.type !== 'object-retry-scheduled') return false
  return fact.given_up === undefined || fact.given_up === 'timed-out'
}

function failuresBefore(run: RunView, objectId: string): number {
  const index = run.plan.indexOf.get(objectId) ?? -1
  return failuresOf(run, index) - (run.stateOf(index) === 'ready' ? 1 : 0)
}
