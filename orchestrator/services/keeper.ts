// Decides a batch of inputs of one run and keeps what follows: commit, evolve, and again when the run has moved on.

import { Fault, isRetryable } from '../../shared/base/fault.ts'
import type { Zone } from '../../shared/base/layer.ts'
import type { Random } from '../../shared/base/random.ts'
import type { Topics } from '../../shared/events/topics.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import { insist } from '../../shared/service/insist.ts'
import { announce } from '../core/run/announce.ts'
import { announcedAgain, announcedLate } from '../core/run/announced-again.ts'
import { type AskedRecord, buildGroupOf } from '../core/run/build.ts'
import { parseCommit, printCommit } from '../core/run/commit-record.ts'
import { type Decided, decide } from '../core/run/decide.ts'
import { evolve } from '../core/run/evolve.ts'
import { Run } from '../core/run/run.ts'
import type { CommitRecord, RunFact } from '../core/run/run-fact.ts'
import type { RunInput } from '../core/run/run-input.ts'
import { dueAtMsOf, failuresIn, isScanned, lookAgainMs, summaryOf } from '../core/run/summary.ts'
import { runNotKept } from '../core/run/unknown.ts'
import type { RunCommit, RunStore } from '../ports/run-store.ts'
import type { Branch } from './branch.ts'
import { CommitIds } from './commit-ids.ts'
import type { LiveRun, LiveRuns, RunRestorer } from './live-runs.ts'
import type { Relay } from './relay.ts'

export interface KeeperParts {
  readonly store: RunStore
  readonly relay: Relay
  readonly restorer: RunRestorer
  readonly topics: Topics
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** The zones that nobody works in, as far as it is known; the same array while nothing changes. */
  readonly deadZones: () => readonly Zone[]
  /** Told of every commit that was kept here: metrics, the live feed and the load registry hang on it. */
  readonly kept: (run: Run, commit: CommitRecord) => void
  /** Told of it once its events are out and the store still has it: now it cannot be decided otherwise. */
  readonly relayed: (run: Run, commit: CommitRecord) => void
}

/** Objects announced by one decision of the opening scan: small, so that zones begin while the rest is announced. */
const dispatchChunk = 500

export class Keeper {
  readonly #parts: KeeperParts
  readonly #runs: LiveRuns
  readonly #signal: AbortSignal
  readonly #ids: CommitIds

  constructor(parts: KeeperParts, runs: LiveRuns, signal: AbortSignal) {
    this.#parts = parts
    this.#ids = new CommitIds(parts.random)
    this.#runs = runs
    this.#signal = signal
  }

  /**
   * Decides `inputs` on the newest state of the run and keeps and relays what follows. `settled` is called
   * with the facts once all of it, and all that came before it in the run, is published, or with `'lost'`
   * when the store has lost it before: then the inputs are to be decided again. `'stopped'`: the
   * signal was aborted first and nothing is known. `'unopened'`: the run is about to be opened by an input that
   * comes after these, and nothing was decided. Rejects with a Fault when the run cannot be decided.
   */
  async keep(live: LiveRun, inputs: readonly RunInput[], settled: Settled) {
    if (live.version === 0 || live.branch.isLost || live.run?.head.opened === undefined) {
      if ((await this.#insist('read a run', () => this.catchUp(live))) === 'stopped') return 'stopped'
    }
    for (;;) {
      if (!isBegun(live, inputs)) return 'unopened'
      const outcome = await this.#decideAndCommit(live, inputs, settled)
      if (outcome !== 'stale') return outcome
      if ((await this.#insist('read a run', () => this.catchUp(live))) === 'stopped') return 'stopped'
    }
  }

  /** Reads the commits of the run that are new here and relays those that nobody has published. */
  async catchUp(live: LiveRun): Promise<void> {
    const outbox = (await this.#runs.catchUp(live)).map(({ record }) => {
      return { record, commit: parseCommit(record) }
    })
    const closing = outbox.findLast(({ commit }) => commit.rebuild !== undefined)
    const isUnsure = closing !== undefined && buildGroupOf(runOf(live)) !== undefined
    const unanswered = isUnsure ? await this.#unanswered(live) : undefined
    for (const { record, commit } of outbox) {
      const records = announcedLate(runOf(live), commit, record, this.#parts.topics)
      const again = record === closing?.record ? (unanswered ?? []) : []
      this.#offer(live, commit, unanswered === undefined ? records : [...again, ...records.filter(isNoAsk)])
    }
  }

  // A store that was rebuilt does not know any more which attempts wait for the load of another run. Nobody but them
  // needs to be announced again, but nobody knows which they are: so all are that have no answer.
  async #unanswered(live: LiveRun): Promise<readonly AskedRecord[]> {
    try {
      const stored = await this.#parts.store.read(live.id, 0)
      return announcedAgain(runOf(live), stored?.records ?? [], this.#parts.topics)
    } catch (error) {
      // What was read has not been relayed: it is read once more.
      this.#runs.reset(live)
      throw error
    }
  }

  async #decideAndCommit(live: LiveRun, inputs: readonly RunInput[], settled: Settled) {
    const run = runOf(live)
    const atMs = this.#parts.clock.nowMs()
    const world = this.#parts.deadZones()
    const decided = decide(run, [...news(run, world), ...inTheirOrder(run, inputs)], atMs)
    if (decided.facts.length === 0)
      return this.#insist('keep a decision', () => this.#confirm(live, run, decided, atMs, settled))

    const commit = this.#commitOf(live, decided.facts, atMs)
    const record = printCommit(commit)
    const request = requestOf(live, run, decided, commit, record)
    // The very same again, should the reply be lost: then it is known that it was kept here.
    const outcome = await this.#insist('keep a decision', () => this.#parts.store.commit(request))
    if (outcome === 'stopped') return 'stopped'
    if (outcome === 'stale') return 'stale'
    evolve(run, decided.facts, atMs)
    run.head = decided.head
    live.version = commit.version
    live.last = commit.id
    this.#parts.kept(run, commit)
    const { branch } = live
    this.#relay(live, record, commit, () => {
      if (!branch.isLost) this.#parts.relayed(run, commit)
      settledOn(branch, run, decided.facts, settled)()
    })
    return 'kept'
  }

  #commitOf(live: LiveRun, facts: readonly RunFact[], atMs: number): CommitRecord {
    const version = live.version + 1
    return { v: 1, id: this.#ids.next(), prev: live.last, run_id: live.id, version, at_ms: atMs, facts }
  }

  // A decision without facts is only right when it was made on the newest commit: an answer to what
  // another replica has announced must not be taken for a repeat.
  async #confirm(live: LiveRun, run: Run, decided: Decided, atMs: number, settled: Settled) {
    const { store, relay } = this.#parts
    const newest = await this.#runs.newest(live)
    if (newest === undefined) return 'stale'
    const { head } = decided
    // A scan that found nothing more to announce has no commit either, and is no longer due.
    const isMoved = head.nextDueAtMs !== run.head.nextDueAtMs || isScanned(run, head) !== isScanned(run)
    if (isMoved || lookAgainMs(run, head) < Number.POSITIVE_INFINITY) {
      await store.postpone(live.id, live.version, dueAtMsOf(run, head, atMs))
    }
    run.head = head
    const { id: runId, version, last = '', branch } = live
    // All that is known here is out before this; a store that came back with an older mark is told so again.
    const isMarked = newest.relayed >= version
    const relayed = settledOn(branch, run, [], settled)
    relay.offer({ runId, version, id: last, branch, records: [], isMarked, relayed })
    return 'kept'
  }

  #relay(live: LiveRun, record: string, commit: CommitRecord, relayed: () => void): void {
    this.#offer(live, commit, announce(runOf(live), commit, record, this.#parts.topics), relayed)
  }

  #offer(
    live: LiveRun,
    { version, id }: CommitRecord,
    records: readonly AskedRecord[],
    relayed = () => {},
  ): void {
    this.#parts.relay.offer({ runId: live.id, version, id, branch: live.branch, records, relayed })
  }

  #insist<Outcome>(what: string, action: () => Promise<Outcome>): Promise<Outcome | 'stopped'> {
    return insist(what, action, { ...this.#parts, signal: this.#signal, worthwhile: isWorthwhile })
  }
}

function isNoAsk({ build }: AskedRecord): boolean {
  return build === undefined
}

// A store that refuses (a changed password, a full disk) is asked again too: somebody will mend it, and what
// waits here is better kept than given up.
function isWorthwhile(error: unknown): boolean {
  return isRetryable(error) || (error instanceof Fault && error.code === 'STORE_REFUSED')
}

/** Told of the facts of a batch when they are out, or that they are lost; `run` is the one they were decided in. */
export type Settled = (facts: readonly RunFact[] | 'lost', run: Run) => void

function requestOf(
  live: LiveRun,
  run: Run,
  { facts, head }: Decided,
  { id, prev, at_ms }: CommitRecord,
  record: string,
): RunCommit {
  return {
    ...{ runId: live.id, basedOn: live.version, id, prev, record },
    summary: summaryOf(run, head),
    dueAtMs: dueAtMsOf(run, head, at_ms),
    isReopened: facts.some(({ type }) => type === 'run-reopened'),
    failures: failuresIn(run, facts),
  }
}

function settledOn(branch: Branch, run: Run, facts: readonly RunFact[], settled: Settled): () => void {
  return () => settled(branch.isLost ? 'lost' : facts, run)
}

/** A run that nobody has opened begins with whoever opens it here. */
function isBegun(live: LiveRun, inputs: readonly RunInput[]): boolean {
  if (live.run?.head.opened !== undefined) return true
  if (live.plan === undefined) throw runNotKept(live.id)
  live.run ??= new Run(live.id, live.plan)
  return inputs.some(isOpening)
}

/** What changed in the world since the run was last decided. */
function news(run: Run, dead: readonly Zone[]): readonly RunInput[] {
  return run.head.dead === dead ? [] : [{ kind: 'zones', dead }]
}

function openingScan(run: Run): readonly RunInput[] {
  const unopened = run.head.opened === undefined
  return unopened || !isScanned(run) ? [{ kind: 'dispatch', limit: dispatchChunk }] : []
}

function runOf(live: LiveRun): Run {
  if (live.run === undefined) throw runNotKept(live.id)
  return live.run
}

function isOpening(input: RunInput): boolean {
  return input.kind === 'open'
}

// Of what comes together nobody can say that the opening was late: what else is there is meant for the open run. An
// answer is to an announcement, which a store may have lost with the opening: it is decided when that is made anew.
function inTheirOrder(run: Run, inputs: readonly RunInput[]): readonly RunInput[] {
  if (run.head.opened !== undefined) return [...inputs, ...openingScan(run)]
  const answers = inputs.filter(isAnswer)
  const others = inputs.filter((input) => !isOpening(input) && !isAnswer(input))
  return [...inputs.filter(isOpening), ...others, ...openingScan(run), ...answers]
}

function isAnswer({ kind }: RunInput): boolean {
  return kind === 'loaded' || kind === 'failed' || kind === 'lost'
}
