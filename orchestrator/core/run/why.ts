// Why an object is where it is: from the object asked for, along what it waits for or fails by, to the root of it.

import { at } from '../../../shared/base/assert.ts'
import type { Degradation } from '../../../shared/events/degradation.ts'
import { forEachLink } from '../graph/plan.ts'
import type { ObjectState } from './object-state.ts'
import { missedParents } from './parent-wait.ts'
import { blockingRoot, wentOnWithout } from './readiness.ts'
import type { RunView } from './run-view.ts'
import { type Circumstances, type EndReason, type WaitReason, waitReasonOf } from './wait-reason.ts'
import { sinceMsOf } from './why-since.ts'
import { type Explanation, explain } from './why-words.ts'

export interface WhyStep extends Explanation {
  readonly objectId: string
  readonly name: string | undefined
  /** `unknown`: the run cannot be seen at the moment. */
  readonly state: ObjectState | 'unknown'
  /** Undefined: it is loaded, reused or skipped, and nothing is wrong with it. */
  readonly reason: WaitReason | EndReason | undefined
  /** Since when the reason holds, in milliseconds since the epoch; undefined: it is not known. */
  readonly sinceMs: number | undefined
  /** What it went on without, or with an old load of. */
  readonly degraded: readonly Degradation[]
}

/** The object at `index`, then what it waits for or fails by, and so on; the last is the root cause. */
export function whyOf(run: RunView, index: number, around: Circumstances): readonly WhyStep[] {
  const roots = new RootFinder(run, around)
  const steps: WhyStep[] = []
  for (let next: number | undefined = index; next !== undefined; next = roots.below(next))
    steps.push(stepOf(run, next, around))
  return steps
}

/** The object and all it needs, near or far, that has not ended and is announced: whose attempts somebody may have. */
export function announcedAbove(run: RunView, index: number): readonly number[] {
  return ancestorsOf(run, index).filter((ancestor) => run.stateOf(ancestor) === 'ready')
}

function stepOf(run: RunView, index: number, around: Circumstances): WhyStep {
  const { id, name } = at(run.plan.objects, index)
  const reason = reasonOf(run, index, around)
  const seen = {
    objectId: id,
    name,
    state: run.stateOf(index),
    reason,
    sinceMs: sinceMsOf(run, index, reason),
    degraded: wentOnWithout(run, index),
  }
  return { ...seen, ...explain(run, index, reason, around) }
}

function reasonOf(run: RunView, index: number, around: Circumstances): WhyStep['reason'] {
  const state = run.stateOf(index)
  const isAnsweredLate = run.notesOf(index).late.some(({ outcome }) => outcome === 'loaded')
  if (state === 'failed' || state === 'cancelled') return isAnsweredLate ? 'late-result' : state
  return state === 'blocked' ? 'parent-failed' : waitReasonOf(run, index, around)
}

/** How much somebody should care: of several parents the worst is shown. */
const severity: Readonly<Record<WaitReason, number>> = {
  'redis-rebuilding': 9,
  paused: 8,
  'no-live-zone': 7,
  'retry-backoff': 6,
  'not-picked-up': 5,
  'slot-limit': 4,
  'awaiting-answer': 3,
  'joined-build': 2,
  'leased-by': 2,
  'answer-under-way': 1,
  announcing: 1,
  'waiting-parent': 0,
  'not-due': 0,
}

function isForParents(reason: WaitReason | undefined): boolean {
  return reason === 'waiting-parent' || reason === 'not-due'
}

class RootFinder {
  readonly #run: RunView
  readonly #around: Circumstances
  /** By object that waits for a parent: the parent through which the worst is reached, and how bad that is. */
  readonly #worst = new Map<number, { readonly parent: number | undefined; readonly severity: number }>()

  constructor(run: RunView, around: Circumstances) {
    this.#run = run
    this.#around = around
  }

  /** The next object on the way to the root; undefined: this is the root. */
  below(index: number): number | undefined {
    const run = this.#run
    if (run.stateOf(index) === 'blocked') return blockingRoot(run, index, this.#around.nowMs)
    if (!isForParents(waitReasonOf(run, index, this.#around))) return undefined
    if (!this.#worst.has(index)) this.#look(index)
    return this.#worst.get(index)?.parent
  }

  // In the order of the plan parents come first: what is above is known when it is asked for.
  #look(index: number): void {
    const run = this.#run
    for (const ancestor of ancestorsOf(run, index)) {
      const reason = waitReasonOf(run, ancestor, this.#around)
      if (reason === undefined) continue
      if (isForParents(reason)) this.#worst.set(ancestor, this.#worstOf(ancestor))
      else this.#worst.set(ancestor, { parent: undefined, severity: severity[reason] })
    }
  }

  #worstOf(index: number): { readonly parent: number | undefined; readonly severity: number } {
    let worst: { readonly parent: number | undefined; readonly severity: number } = {
      parent: undefined,
      severity: -1,
    }
    for (const parent of missedParents(this.#run, index, this.#around.nowMs)) {
      const above = this.#worst.get(parent)?.severity ?? 0
      if (above > worst.severity) worst = { parent, severity: above }
    }
    return worst
  }
}

/** In the order of the plan, with the object itself as the last. */
function ancestorsOf(run: RunView, index: number): readonly number[] {
  const seen = new Set([index])
  // A set is walked in the order in which it grows.
  for (const one of seen) forEachLink(run.plan.parents, one, (parent) => seen.add(parent))
  return [...seen].sort((a, b) => a - b)
}
