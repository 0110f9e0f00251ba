// The facts of one decision while it is being made: each builds on those before it.

import { at } from '../../../shared/base/assert.ts'
import { evolve } from './evolve.ts'
import { patienceOf } from './object-patience.ts'
import { degradationsOf, wentOnWithout } from './readiness.ts'
import type { RunCounts, RunEndState, RunFact } from './run-fact.ts'
import { openCount, type RunDraft } from './run-view.ts'

/** Facts said about `run` (a draft) at `atMs`; each is written to it at once, so that the next rule sees it. */
export class Decision {
  readonly facts: RunFact[] = []
  readonly run: RunDraft
  readonly atMs: number

  constructor(run: RunDraft, atMs: number) {
    this.run = run
    this.atMs = atMs
  }

  say(fact: RunFact): void {
    this.facts.push(fact)
    evolve(this.run, [fact], this.atMs)
  }

  /** Announces the next attempt at an object. */
  ready(index: number): void {
    const timeout = patienceOf(this.run, index).answer_timeout_ms
    const degraded = degradationsOf(this.run, index)
    this.say({
      type: 'object-ready',
      object_id: this.idOf(index),
      attempt: this.run.attemptOf(index) + 1,
      ...(timeout === null ? {} : { deadline_ms: this.atMs + timeout }),
      ...(degraded.length === 0 ? {} : { degraded }),
    })
  }

  /**
   * Says that the run has ended when nothing in it is open any more. One that was ended early and went on is still what
   * it was when nothing in it has failed, and not all that was given up then was made good.
   */
  endIfDone(): void {
    const { head } = this.run
    if (head.ended !== undefined || openCount(head) > 0) return
    const { failed, blocked, cancelled } = head.counts
    if (failed + blocked > 0) return this.end('failed')
    const { state = 'succeeded', ...why } = (cancelled > 0 && head.cutShort) || {}
    this.end(state, why)
  }

  end(state: RunEndState, why: { readonly reason?: string; readonly by?: string } = {}): void {
    const degraded = this.#degraded()
    this.say({
      type: 'run-ended',
      state,
      counts: this.#counts(),
      duration_ms: this.atMs - this.run.head.openedAtMs,
      ...(why.reason ? { reason: why.reason } : {}),
      ...(why.by === undefined ? {} : { by: why.by }),
      ...(degraded === 0 ? {} : { degraded }),
    })
  }

  idOf(index: number): string {
    return at(this.run.plan.objects, index).id
  }

  #counts(): RunCounts {
    const { waiting: _waiting, ready: _ready, skipped, ...counts } = this.run.head.counts
    return { ...counts, ...(skipped === 0 ? {} : { skipped }) }
  }

  #degraded(): number {
    const { plan, head } = this.run
    if (plan.linkPolicies.size === 0 && head.counts.skipped === 0) return 0
    return plan.objects.filter((_, index) => wentOnWithout(this.run, index).length > 0).length
  }
}
