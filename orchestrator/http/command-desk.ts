// What people do to a run over the API: decided like everything else, and answered with what came of it.

import type {
  CommandAnswer,
  CommandBody,
  ObjectCommand,
  ObjectCommandBody,
  RunCommand,
} from '../../shared/api/command-resource.ts'
import { Fault } from '../../shared/base/fault.ts'
import { excessOf } from '../../shared/events/answer.ts'
import type { Run } from '../core/run/run.ts'
import type { RunFact } from '../core/run/run-fact.ts'
import type { OperatorInput } from '../core/run/run-input.ts'
import { knownIndexOf, runNotKept } from '../core/run/unknown.ts'
import type { ApiParts } from './api-parts.ts'
import {
  changedMessages,
  changedObject,
  unchangedObject,
  unchangedRun,
  wrongLateAttempt,
} from './command-messages.ts'
import { type LateParts, lateFault, longestAskMs } from './late-fault.ts'
import { within } from './within.ts'

export type CommandDeskParts = Pick<ApiParts, 'conductor' | 'logger'> & LateParts

/** How long a client waits for its command to be decided, in milliseconds. */
const longestDecisionMs = 15_000 - longestAskMs

/** The fact that says that a command was carried out. */
const factOf: Readonly<Record<RunCommand | ObjectCommand, RunFact['type']>> = {
  pause: 'run-paused',
  resume: 'run-resumed',
  retry: 'object-retried',
  'mark-loaded': 'object-marked-loaded',
  skip: 'object-skipped',
  'accept-late': 'late-result-accepted',
  discard: 'object-discarded',
}

/** Who asks, where nobody says. */
export const anonymous = 'api'

export class CommandDesk {
  readonly #parts: CommandDeskParts

  constructor(parts: CommandDeskParts) {
    this.#parts = parts
  }

  /** Rejects with RUN_UNKNOWN, or a retryable fault; then it may have happened, and is safe to ask for again. */
  async ofRun(runId: string, command: RunCommand, body: CommandBody): Promise<CommandAnswer> {
    const changed = await this.#decide(runId, command, { kind: command, ...byHand(body) })
    const run = await this.#run(runId)
    const message = changed ? changedMessages[command](runId) : unchangedRun(run, command)
    return { run_id: runId, object_id: null, changed, message, state: stateOf(run) }
  }

  /** The same, and OBJECT_UNKNOWN, or REQUEST_INVALID for a result or an attempt that cannot be. */
  async ofObject(
    runId: string,
    objectId: string,
    command: ObjectCommand,
    body: ObjectCommandBody,
  ): Promise<CommandAnswer> {
    const { result, attempt } = body
    const excess = result === undefined ? undefined : excessOf(result, () => JSON.stringify(result))
    if (excess !== undefined)
      throw new Fault('REQUEST_INVALID', `body.result: ${excess}`, { detail: { field: 'body.result' } })
    const more = {
      ...(command === 'mark-loaded' && result !== undefined ? { result } : {}),
      ...(command === 'accept-late' && attempt !== undefined ? { attempt } : {}),
    }
    const had = (await this.#runWith(runId, objectId, more.attempt)).head.ended
    const changed = await this.#decide(runId, command, { kind: command, objectId, ...more, ...byHand(body) })
    const run = await this.#run(runId)
    const message = changed
      ? changedObject(run, objectId, command, had)
      : unchangedObject(run, objectId, command, this.#parts.clock.nowMs())
    return { run_id: runId, object_id: objectId, changed, message, state: stateOf(run) }
  }

  async #runWith(runId: string, objectId: string, lateAttempt: number | undefined): Promise<Run> {
    const run = await this.#run(runId)
    const index = knownIndexOf(run, objectId)
    const wrong = lateAttempt === undefined ? undefined : wrongLateAttempt(run, index, lateAttempt)
    if (wrong === undefined) return run
    throw new Fault('REQUEST_INVALID', `body.attempt: ${wrong}`, { detail: { field: 'body.attempt' } })
  }

  async #run(runId: string): Promise<Run> {
    const run = await this.#timely(runId, this.#parts.conductor.look(runId))
    if (run === undefined) throw runNotKept(runId)
    return run
  }

  async #decide(runId: string, command: RunCommand | ObjectCommand, input: OperatorInput): Promise<boolean> {
    const deciding = new Promise<readonly RunFact[]>((resolve, reject) => {
      this.#parts.conductor.submit(runId, { input, settle: resolve, refuse: reject })
    })
    const facts = await this.#timely(runId, deciding)
    const objectId = 'objectId' in input ? input.objectId : undefined
    const isDone = facts.some(
      (fact) =>
        fact.type === factOf[command] && ('object_id' in fact ? fact.object_id : undefined) === objectId,
    )
    const fields = { run_id: runId, object_id: objectId, command, by: input.by, reason: input.reason }
    if (isDone) this.#parts.logger.info('a command was carried out', fields)
    return isDone
  }

  #timely<Outcome>(runId: string, outcome: Promise<Outcome>): Promise<Outcome> {
    const advice = 'the command is queued and not decided yet; look at the run, or send it again'
    return within(this.#parts.clock, longestDecisionMs, outcome, () => lateFault(this.#parts, advice, runId))
  }
}

function byHand({ by = anonymous, reason }: CommandBody): { readonly by: string; readonly reason?: string } {
  return { by, ...(reason === undefined ? {} : { reason }) }
}

function stateOf({ head }: Run): CommandAnswer['state'] {
  return head.ended ?? 'running'
}
