// The API of an orchestrator as functions: what the command line talks to.

import type {
  CommandAnswer,
  CommandBody,
  ObjectCommand,
  ObjectCommandBody,
  RerunAnswer,
  RerunBody,
  RerunPlan,
  RunCommand,
} from '../../shared/api/command-resource.ts'
import type {
  DeadLetterAnswer,
  DeadLetterDetail,
  DeadLetterList,
  LetterCommand,
} from '../../shared/api/dead-letter-resource.ts'
import type { ObjectList } from '../../shared/api/object-resource.ts'
import type { FaultLine } from '../../shared/api/problem.ts'
import type {
  CancelRunAnswer,
  FactLine,
  ListedState,
  OpenRunAnswer,
  OpenRunBody,
  RunList,
  RunResource,
} from '../../shared/api/run-resource.ts'
import type { ScheduleAnswer, TriggerBody, WorkflowList } from '../../shared/api/schedule-resource.ts'
import type { WhyAnswer } from '../../shared/api/why-resource.ts'
import { Fault } from '../../shared/base/fault.ts'
import { failure, type Result, success } from '../../shared/base/result.ts'
import { followFacts } from './follow-facts.ts'
import { type ApiRequest, HttpCaller, type HttpCallerParts } from './http-caller.ts'

export type ApiClientParts = HttpCallerParts

export interface ListWish {
  readonly state?: ListedState
  /** 1 to 1000; default 50. */
  readonly limit?: number
  /** `next_before` of the page before. */
  readonly before?: string
}

/** Which objects of a run. */
export interface ObjectWish {
  /** Only those that went on without something. */
  readonly degraded?: 'true'
  /** Only those in this state. */
  readonly state?: string
  /** Only those that wait for their next attempt. */
  readonly retrying?: 'true'
  /** `next_after` of the page before. */
  readonly after?: string
  /** 1 to 10,000; default 1,000. A page may end before it, when it is long. */
  readonly limit?: number
}

/** Which dead letters; instants are RFC 3339. */
export interface LetterWish {
  /** Default: those that are open. */
  readonly state?: string
  readonly category?: string
  readonly code?: string
  readonly run?: string
  readonly object?: string
  readonly zone?: string
  readonly tenant?: string
  readonly since?: string
  readonly until?: string
  /** 1 to 10,000; default 50. */
  readonly limit?: number
}

export interface FollowWish {
  /** The id of the last fact seen; default: from the beginning. */
  readonly after?: string
  /** Ends the following without an error. */
  readonly signal?: AbortSignal
}

/**
 * Each call is tried once. It rejects with SERVER_UNREACHABLE, naming the address and what to do, or with the
 * code of the problem that the orchestrator answers.
 */
export class ApiClient {
  readonly #parts: ApiClientParts
  readonly #caller: HttpCaller

  constructor(parts: ApiClientParts) {
    this.#parts = parts
    this.#caller = new HttpCaller(parts)
  }

  /** What is wrong with a definition is a value. With a `run_id` it is safe to call again. Rejects with RUN_EXISTS when that is another run's. */
  async openRun(body: OpenRunBody): Promise<Result<OpenRunAnswer, readonly FaultLine[]>> {
    try {
      return success(await this.#json<OpenRunAnswer>({ method: 'POST', path: 'api/v1/runs', body }))
    } catch (error) {
      const faults = error instanceof Fault ? error.detail.faults : undefined
      if (error instanceof Fault && error.code === 'DEFINITION_INVALID' && Array.isArray(faults))
        return failure(faults as readonly FaultLine[])
      throw error
    }
  }

  listRuns({ state, limit, before }: ListWish = {}): Promise<RunList> {
    return this.#json({ method: 'GET', path: 'api/v1/runs', query: { state, limit, before } })
  }

  /** Rejects with RUN_UNKNOWN. */
  getRun(runId: string): Promise<RunResource> {
    return this.#json({ method: 'GET', path: runPath(runId) })
  }

  /** Rejects with RUN_UNKNOWN, and with FACTS_EXPIRED when only the outcome of the run is kept. */
  listObjects(runId: string, wish: ObjectWish = {}): Promise<ObjectList> {
    return this.#json({ method: 'GET', path: `${runPath(runId)}/objects`, query: { ...wish } })
  }

  /** Cancelling what has ended changes nothing, and the answer says so. Rejects with RUN_UNKNOWN. */
  cancelRun(runId: string, reason?: string, by?: string): Promise<CancelRunAnswer> {
    return this.#json({ method: 'DELETE', path: runPath(runId), query: { reason, by } })
  }

  /** A command that changes nothing says why. Rejects with RUN_UNKNOWN. */
  commandRun(runId: string, command: RunCommand, body: CommandBody = {}): Promise<CommandAnswer> {
    return this.#json({ method: 'POST', path: `${runPath(runId)}/${command}`, body })
  }

  /** The same, and rejects with OBJECT_UNKNOWN. */
  commandObject(
    runId: string,
    objectId: string,
    command: ObjectCommand,
    body: ObjectCommandBody = {},
  ): Promise<CommandAnswer> {
    const path = `${runPath(runId)}/objects/${encodeURIComponent(objectId)}/${command}`
    return this.#json({ method: 'POST', path, body })
  }

  /** Rejects with OBJECT_UNKNOWN and RUN_UNKNOWN. */
  why(objectId: string, runId?: string): Promise<WhyAnswer> {
    const path = `api/v1/why/${encodeURIComponent(objectId)}`
    return this.#json({ method: 'GET', path, query: { run: runId } })
  }

  /** What a rerun would load again; opens nothing. Rejects as `rerun`. */
  planRerun(runId: string, body: RerunBody): Promise<RerunPlan> {
    return this.#json({ method: 'POST', path: `${runPath(runId)}/rerun`, body: { ...body, dry_run: true } })
  }

  /** With a `run_id` it is safe to call again; nothing is opened when there is nothing to run. Rejects with RUN_UNKNOWN, OBJECT_UNKNOWN and RUN_EXISTS. */
  rerun(runId: string, body: RerunBody): Promise<RerunAnswer | RerunPlan> {
    return this.#json({ method: 'POST', path: `${runPath(runId)}/rerun`, body })
  }

  /**
   * The facts of a run, each once and in order, until it has ended or until `signal` is aborted. A connection
   * that breaks is taken up again where it was; rejects with SERVER_UNREACHABLE when that fails too often in
   * a row, and with RUN_UNKNOWN.
   */
  followFacts(runId: string, wish: FollowWish = {}): AsyncGenerator<FactLine, void> {
    const path = `${runPath(runId)}/facts`
    return followFacts({ ...this.#parts, ...wish, caller: this.#caller, path })
  }

  listLetters(wish: LetterWish = {}): Promise<DeadLetterList> {
    return this.#json({ method: 'GET', path: 'api/v1/dlq', query: { ...wish } })
  }

  /** Rejects with LETTER_UNKNOWN. */
  getLetter(id: string): Promise<DeadLetterDetail> {
    return this.#json({ method: 'GET', path: `api/v1/dlq/${encodeURIComponent(id)}` })
  }

  /** What changes nothing says why; it is safe to call again. Rejects with LETTER_UNKNOWN. */
  actOnLetter(id: string, command: LetterCommand, body: CommandBody = {}): Promise<DeadLetterAnswer> {
    return this.#json({ method: 'POST', path: `api/v1/dlq/${encodeURIComponent(id)}/${command}`, body })
  }

  workflows(): Promise<WorkflowList> {
    return this.#json({ method: 'GET', path: 'api/v1/workflows' })
  }

  /** Opens the run of a business date (default: today's). Rejects with WORKFLOW_UNKNOWN. */
  trigger(workflow: string, body: TriggerBody = {}): Promise<OpenRunAnswer> {
    const path = `api/v1/workflows/${encodeURIComponent(workflow)}/trigger`
    return this.#json({ method: 'POST', path, body })
  }

  /** The next runs that schedules open; `count` is 1 to 1000, default 10. */
  schedule(count?: number): Promise<ScheduleAnswer> {
    return this.#json({ method: 'GET', path: 'api/v1/schedule', query: { count } })
  }

  #json<Answer>(request: ApiRequest): Promise<Answer> {
    return this.#caller.json<Answer>(request)
  }
}

function runPath(runId: string): string {
  return `api/v1/runs/${encodeURIComponent(runId)}`
}
