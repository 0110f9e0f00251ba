// Decides a batch of inputs of one run and keeps what follows: commit, evolve, and again when the run has moved on.

import { Fault, isRetryable } from '../../shared/base/fault.ts'
import type { Random } from '../../shared/base/random.ts'
import type { Topics } from '../../shared/events/topics.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import { insist } from '../../shared/service/insist.ts'
import { announce } from '../core/run/announce.ts'
import { parseCommit, printCommit } from '../core/run/commit-record.ts'
import { type Decided, decide } from '../core/run/decide.ts'
import { evolve } from '../core/run/evolve.ts'
import type { Run } from '../core/run/run.ts'
import type { CommitRecord, RunFact } from '../core/run/run-fact.ts'
import type { RunInput } from '../core/run/run-input.ts'
import { dueAtMsOf, failuresIn, isScanned, summaryOf } from '../core/run/summary.ts'
import type { RunStore } from '../ports/run-store.ts'
import type { LiveRun, LiveRuns } from './live-runs.ts'
import type { Relay } from './relay.ts'
import type { Restorer } from './restorer.ts'

export interface KeeperParts {
  readonly store: RunStore
  readonly relay: Relay
  readonly restorer: Pick<Restorer, 'ensureWhole' | 'restore'>
  readonly topics: Topics
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** Told of every commit that was kept here: metrics, the live feed and the load registry hang on it. */
  readonly kept: (run: Run, commit: CommitRecord) => void
}

/** Objects announced by one decision of the opening scan: small, so that zones begin while the rest is announced. */
const dispatchChunk = 500

export class Keeper {
  readonly #parts: KeeperParts
  readonly #runs: LiveRuns
  readonly #signal: AbortSignal

  constructor(parts: KeeperParts, runs: LiveRuns, signal: AbortSignal) {
    this.#parts = parts
    this.#runs = runs
    this.#signal = signal
  }

  /**
   * Decides `inputs` on the newest state of the run and keeps and relays what follows. `settled` is called
   * with the facts once all of it, and all that came before it in the run, is published. `'stopped'`: the
   * signal was aborted first and nothing is known. `'unopened'`: the run is about to be opened by an input that
   * comes after these, and nothing was decided. Rejects with a Fault when the run cannot be decided.
   */
  async keep(live: LiveRun, inputs: readonly RunInput[], settled: (facts: readonly RunFact[]) => void) {
    if (live.version === 0) {
      const known = await this.#insist('read a run', () => this.catchUp(live))
      if (known === 'stopped') return 'stopped'
      if (live.run === undefined) throw runUnknown(live)
      if (live.version === 0 && !inputs.some(isOpening)) return 'unopened'
    }
    for (;;) {
      const outcome = await this.#insist('keep a decision', () =>
        this.#decideAndCommit(live, inputs, settled),
      )
      if (outcome !== 'stale') return outcome
      if ((await this.#insist('read a run', () => this.catchUp(live))) === 'stopped') return 'stopped'
    }
  }

  /** Reads the commits of the run that are new here and relays those that nobody has published. */
  async catchUp(live: LiveRun): Promise<void> {
    for (const { record } of await this.#runs.catchUp(live)) {
      this.#relay(live, record, parseCommit(record), () => {})
    }
  }

  async #decideAndCommit(
    live: LiveRun,
    inputs: readonly RunInput[],
    settled: (facts: readonly RunFact[]) => void,
  ) {
    const run = runOf(live)
    const atMs = this.#parts.clock.nowMs()
    const decided = decide(run, [...openingFirst(live, inputs), ...openingScan(run)], atMs)
    if (decided.facts.length === 0) return this.#confirm(live, run, decided, atMs, settled)

    const version = live.version + 1
    const record = printCommit(live.id, version, atMs, decided.facts)
    const outcome = await this.#parts.store.commit({
      runId: live.id,
      basedOn: live.version,
      record,
      summary: summaryOf(run, decided.head, atMs),
      dueAtMs: dueAtMsOf(run, decided.head, atMs),
      failures: failuresIn(decided.facts),
    })
    if (outcome === 'stale') return 'stale'
    evolve(run, decided.facts, atMs)
    run.head = decided.head
    live.version = version
    const commit: CommitRecord = { v: 1, run_id: live.id, version, at_ms: atMs, facts: decided.facts }
    this.#parts.kept(run, commit)
    this.#relay(live, record, commit, () => settled(decided.facts))
    return 'kept'
  }

  // A decision without facts is only right when it was made on the newest commit: an answer to what
  // another replica has announced must not be taken for a repeat.
  async #confirm(
    live: LiveRun,
    run: Run,
    decided: Decided,
    atMs: number,
    settled: (facts: readonly RunFact[]) => void,
  ) {
    const { store, relay } = this.#parts
    const stored = await store.read(live.id, live.version)
    if ((stored?.version ?? 0) !== live.version) return 'stale'
    const { head } = decided
    // A scan that found nothing more to announce has no commit either, and is no longer due.
    if (head.nextDueAtMs !== run.head.nextDueAtMs || isScanned(run, head) !== isScanned(run)) {
      await store.postpone(live.id, live.version, dueAtMsOf(run, head, atMs))
    }
    run.head = head
    relay.offer({ runId: live.id, version: live.version, records: [], relayed: () => settled([]) })
    return 'kept'
  }

  #relay(live: LiveRun, record: string, commit: CommitRecord, relayed: () => void): void {
    const records = announce(runOf(live), commit, record, this.#parts.topics)
    this.#parts.relay.offer({ runId: live.id, version: commit.version, records, relayed })
  }

  #insist<Outcome>(what: string, action: () => Promise<Outcome>): Promise<Outcome | 'stopped'> {
    return insist(what, action, { ...this.#parts, signal: this.#signal, worthwhile: isWorthwhile })
  }
}

// A store that refuses (a changed password, a full disk) is asked again too: somebody will mend it, and what
// waits here is better kept than given up.
function isWorthwhile(error: unknown): boolean {
  return isRetryable(error) || (error instanceof Fault && error.code === 'STORE_REFUSED')
}

function openingScan(run: Run): readonly RunInput[] {
  const unopened = run.head.opened === undefined
  return unopened || !isScanned(run) ? [{ kind: 'dispatch', limit: dispatchChunk }] : []
}

function runOf(live: LiveRun): Run {
  if (live.run === undefined) throw runUnknown(live)
  return live.run
}

/** No run of this id was ever opened, as far as the store knows. */
export function runUnknown(live: LiveRun): Fault {
  return new Fault('RUN_UNKNOWN', `no run ${live.id} is known`)
}

function isOpening(input: RunInput): boolean {
  return input.kind === 'open'
}

// Of what comes together nobody can say that the opening was late: what else is there is meant for the open run.
function openingFirst(live: LiveRun, inputs: readonly RunInput[]): readonly RunInput[] {
  if (live.version > 0) return inputs
  return [...inputs.filter(isOpening), ...inputs.filter((input) => !isOpening(input))]
}
