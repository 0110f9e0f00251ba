// The facts of one decision while it is being made: each builds on those before it.

import { at } from '../../../shared/base/assert.ts'
import { evolve } from './evolve.ts'
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
    const timeout = this.run.head.opened?.policy.answer_timeout_ms ?? null
    this.say({
      type: 'object-ready',
      object_id: this.idOf(index),
      attempt: this.run.attemptOf(index) + 1,
      ...(timeout === null ? {} : { deadline_ms: this.atMs + timeout }),
    })
  }

  /** Says that the run has ended when nothing in it is open any more. */
  endIfDone(): void {
    const { head } = this.run
    if (head.ended !== undefined || openCount(head) > 0) return
    this.end(head.counts.failed + head.counts.blocked + head.counts.cancelled > 0 ? 'failed' : 'succeeded')
  }

  end(state: RunEndState, reason?: string): void {
    const { waiting: _waiting, ready: _ready, ...counts } = this.run.head.counts
    const duration_ms = this.atMs - this.run.head.openedAtMs
    this.say({
      type: 'run-ended',
      state,
      counts: counts satisfies RunCounts,
      duration_ms,
      ...(reason ? { reason } : {}),
    })
  }

  idOf(index: number): string {
    return at(this.run.plan.objects, index).id
  }
}
