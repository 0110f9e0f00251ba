// Tells every run that joined a build what came of it, and knows who waits for whom.

import { Fault } from '../../shared/base/fault.ts'
import type { Random } from '../../shared/base/random.ts'
import type { Answer } from '../../shared/events/answer.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import { insist } from '../../shared/service/insist.ts'
import { buildGroupOf } from '../core/run/build.ts'
import type { Run } from '../core/run/run.ts'
import type { ObjectFailed, ObjectLoaded, ObjectRetryScheduled, RunFact } from '../core/run/run-fact.ts'
import type { LostInput, RunInput } from '../core/run/run-input.ts'
import type { RunView } from '../core/run/run-view.ts'
import type { BuildRegistry } from '../ports/build-registry.ts'
import type { AttemptName } from '../ports/lease-book.ts'
import type { Conductor } from './conductor.ts'
import type { Work } from './live-runs.ts'

export interface BuildDeskParts {
  readonly builds: Omit<BuildRegistry, 'claim'>
  readonly conductor: Pick<Conductor, 'submit'>
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

/** What became of an attempt: whoever joined it is told the same. */
type Outcome = Answer | LostInput

interface Forward {
  readonly group: string
  readonly answered: AttemptName
  readonly outcome: Outcome
  /** All who had joined have decided on it. */
  readonly told: () => void
  readonly refuse: (fault: Fault) => void
}

type OfRun = Pick<RunView, 'head'>

/**
 * Outcomes of attempts come to runs through it. A work is settled when the run that was answered and every run that had
 * joined have settled it; who dies before is given it again, and so are they. What was joined is asked for behind the
 * decision, and whatever the decision was: a run that was cancelled may be the owner of what others wait for.
 */
export class BuildDesk {
  readonly #parts: BuildDeskParts
  readonly #stopping = new AbortController()
  #queue: Forward[] = []
  #closing: Promise<void> | undefined

  constructor(parts: BuildDeskParts) {
    this.#parts = parts
  }

  /** As Conductor.submit, for all who joined too. */
  submit(runId: string, work: Work): void {
    const { input } = work
    if (!isOutcome(input)) return this.#parts.conductor.submit(runId, work)
    this.#parts.conductor.submit(runId, {
      input,
      settle: (facts, run) => {
        const group = run && buildGroupOf(run)
        if (run === undefined || group === undefined) return work.settle(facts, run)
        const answered = { runId, objectId: input.objectId, attempt: attemptOf(input, facts, run) }
        const told = () => work.settle(facts, run)
        this.#queue.push({ group, answered, outcome: input, told, refuse: (fault) => work.refuse(fault) })
        this.#closing ??= this.#close()
      },
      refuse: (fault) => work.refuse(fault),
    })
  }

  /**
   * Runs of a group, or of none, do not wait for these attempts any more. Gives the announced attempts that nobody waits for now, its own
   * or the one that the last of a build was left with: only these may be revoked. Rejects with STORE_UNAVAILABLE.
   */
  async leave(group: string | undefined, attempts: readonly AttemptName[]): Promise<readonly AttemptName[]> {
    return group === undefined ? attempts : this.#parts.builds.leave(group, attempts)
  }

  /** For each attempt of the run the one of another run that it waits for; undefined: it is announced itself. Rejects with STORE_UNAVAILABLE. */
  async ownersOf(
    run: OfRun,
    attempts: readonly AttemptName[],
  ): Promise<readonly (AttemptName | undefined)[]> {
    const group = buildGroupOf(run)
    return group === undefined ? attempts.map(() => undefined) : this.#parts.builds.ownersOf(group, attempts)
  }

  /** For each attempt of the run the one that zones know of: itself, or whose build it joined. Rejects with STORE_UNAVAILABLE. */
  async announcedFor(run: OfRun, attempts: readonly AttemptName[]): Promise<readonly AttemptName[]> {
    const owners = await this.ownersOf(run, attempts)
    return attempts.map((attempt, index) => owners[index] ?? attempt)
  }

  /** What nobody was told yet is refused: it comes again. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#closing
  }

  // While one call is on its way the next batch gathers.
  async #close(): Promise<void> {
    // What settles together comes in one turn.
    await Promise.resolve()
    while (this.#queue.length > 0) {
      const groups = Map.groupBy(this.#queue.splice(0), ({ group }) => group)
      await Promise.all([...groups].map(([group, forwards]) => this.#closeGroup(group, forwards)))
    }
    this.#closing = undefined
  }

  async #closeGroup(group: string, forwards: readonly Forward[]): Promise<void> {
    const answered = forwards.map((forward) => forward.answered)
    // Whatever Redis says against it: those who wait must be told, and somebody can mend it.
    const persistence = { ...this.#parts, signal: this.#stopping.signal, worthwhile: () => true }
    const close = () => this.#parts.builds.close(group, answered)
    const joined = await insist('close builds', close, persistence)
    for (const [index, forward] of forwards.entries()) {
      if (joined === 'stopped') forward.refuse(stopping())
      else void this.#tell(forward, joined[index] ?? [])
    }
  }

  async #tell({ outcome, told, refuse }: Forward, joined: readonly AttemptName[]): Promise<void> {
    const refusals = await Promise.all(joined.map((attempt) => this.#submit(attempt, outcome)))
    const isStopping = refusals.find((fault) => fault?.code === 'SHUTTING_DOWN')
    if (isStopping === undefined) told()
    else refuse(isStopping)
  }

  /** Resolves when the run has settled it, with the fault if it never will. */
  #submit(attempt: AttemptName, outcome: Outcome): Promise<Fault | undefined> {
    const { runId, objectId } = attempt
    return new Promise((resolve) => {
      this.#parts.conductor.submit(runId, {
        input: { ...outcome, ...attempt },
        settle: () => resolve(undefined),
        refuse: (fault) => {
          const fields = { run_id: runId, object_id: objectId, code: fault.code, error: fault.message }
          if (fault.code !== 'SHUTTING_DOWN')
            this.#parts.logger.warn('a run cannot be told of the build it joined', fields)
          resolve(fault)
        },
      })
    })
  }
}

/** The attempt that was answered, also where the answer does not say it: `facts` and `run` are what it was decided to. */
function attemptOf({ objectId, attempt }: Outcome, facts: readonly RunFact[], run: Run): number {
  if (attempt !== undefined) return attempt
  const said = facts.filter(isEnd).findLast((fact) => fact.object_id === objectId)
  if (said !== undefined) return said.attempt
  // It changed nothing, so the object was not out: an attempt that is out now is one of later.
  const index = run.plan.indexOf.get(objectId) ?? -1
  return run.attemptOf(index) - (run.stateOf(index) === 'ready' ? 1 : 0)
}

function isEnd(fact: RunFact): fact is ObjectLoaded | ObjectFailed | ObjectRetryScheduled {
  return ['object-loaded', 'object-failed', 'object-retry-scheduled'].includes(fact.type)
}

function isOutcome(input: RunInput): input is Outcome {
  return input.kind === 'loaded' || input.kind === 'failed' || input.kind === 'lost'
}

function stopping(): Fault {
  return new Fault('SHUTTING_DOWN', 'this orchestrator is stopping')
}
