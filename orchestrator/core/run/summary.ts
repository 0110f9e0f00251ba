// What lists and the API show of a run, and when somebody must look at it again.

import { shortestPickupMs } from './object-patience.ts'
import type { RunFact } from './run-fact.ts'
import type { RunHead, RunView } from './run-view.ts'

/** `head` is that of the decision, which `run` has not evolved to yet. */
export function summaryOf(run: RunView, head: RunHead) {
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
    ...(head.opened?.rerun_of === undefined ? {} : { rerunOf: head.opened.rerun_of }),
    counts: head.counts,
  }
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

/** Failures so far of the objects that failed in these facts: an attempt's number counts the failures before it. */
export function failuresIn(facts: readonly RunFact[]): readonly { objectId: string; count: number }[] {
  return facts.flatMap((fact) =>
    fact.type === 'object-failed' || fact.type === 'object-retry-scheduled'
      ? [{ objectId: fact.object_id, count: fact.attempt }]
      : [],
  )
}
