// Why an object has not ended: a closed list, of which every object that has not ended has exactly one.

import { at } from '../../../shared/base/assert.ts'
import { type Zone, zoneOf } from '../../../shared/base/layer.ts'
import { goesOnAtMs } from './parent-wait.ts'
import { isHeldByParents } from './readiness.ts'
import type { RunView } from './run-view.ts'

export const waitReasons = [
  /** Something it needs has not ended. */
  'waiting-parent',
  /** It lacks only what it may go on without, from an instant that has not come. */
  'not-due',
  /** Its last attempt failed or was not begun, and the next one is not due. */
  'retry-backoff',
  /** Somebody paused the run. */
  'paused',
  /** Nobody works in its zone. */
  'no-live-zone',
  /** It is about to be announced: the run is being opened. */
  'announcing',
  /** A worker has its attempt. */
  'leased-by',
  /** Its attempt is announced, and every worker of the zone is busy. */
  'slot-limit',
  /** Its attempt is announced, and no worker of the zone has begun it yet. */
  'not-picked-up',
  /** Its attempt is announced to a zone whose workers say nothing of themselves. */
  'awaiting-answer',
  /** Another run has announced the same, and both wait for its outcome. */
  'joined-build',
  /** Its attempt is answered, and the answer is on its way. */
  'answer-under-way',
  /** What Redis has lost comes back from the journal; until then nothing is decided. */
  'redis-rebuilding',
] as const
export type WaitReason = (typeof waitReasons)[number]

/** Of an object that has ended without a load. */
export const endReasons = ['failed', 'parent-failed', 'cancelled', 'late-result'] as const
export type EndReason = (typeof endReasons)[number]

/** Who has an attempt, as far as it is known. */
export type AttemptHolder =
  | { readonly kind: 'held'; readonly owner: string; readonly untilMs: number }
  | { readonly kind: 'over' }
  | { readonly kind: 'free' }

/** The workers of a zone that say that they live. */
export interface ZoneCrew {
  readonly workers: number
  /** Loaders they run at a time, all together. */
  readonly capacity: number
  readonly running: number
}

/** What the reason hangs on beside the run itself. */
export interface Circumstances {
  readonly nowMs: number
  /** Undefined: it is not known. */
  readonly holderOf: (index: number) => AttemptHolder | undefined
  readonly crewOf: (zone: Zone) => ZoneCrew | undefined
  /** The attempt of another run whose outcome the object waits for. */
  readonly joinedTo: (index: number) => { readonly runId: string; readonly attempt: number } | undefined
}

/** Undefined: the object has ended. */
export function waitReasonOf(run: RunView, index: number, around: Circumstances): WaitReason | undefined {
  const state = run.stateOf(index)
  if (state === 'ready') return announcedReason(run, index, around)
  return state === 'waiting' ? heldReasonOf(run, index, around.nowMs) : undefined
}

/** Of an object that is `waiting`. */
export function heldReasonOf(run: RunView, index: number, nowMs: number): WaitReason {
  if (isHeldByParents(run, index, nowMs))
    return goesOnAtMs(run, index, nowMs) < Number.POSITIVE_INFINITY ? 'not-due' : 'waiting-parent'
  if (run.notesOf(index).isRetrying && run.dueAtMsOf(index) > nowMs) return 'retry-backoff'
  if (run.head.paused !== undefined) return 'paused'
  return run.head.dead.includes(zoneAt(run, index)) ? 'no-live-zone' : 'announcing'
}

function announcedReason(run: RunView, index: number, around: Circumstances): WaitReason {
  const holder = around.holderOf(index)
  if (holder?.kind === 'held') return 'leased-by'
  if (holder?.kind === 'over') return 'answer-under-way'
  if (around.joinedTo(index) !== undefined) return 'joined-build'
  const zone = zoneAt(run, index)
  const crew = around.crewOf(zone)
  if (crew === undefined || crew.workers === 0)
    return run.head.dead.includes(zone) ? 'no-live-zone' : 'awaiting-answer'
  return crew.running >= crew.capacity ? 'slot-limit' : 'not-picked-up'
}

export function zoneAt(run: RunView, index: number): Zone {
  return zoneOf(at(run.plan.objects, index).layer)
}
