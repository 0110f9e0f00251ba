// Turns what a client asks for into an open run: a definition that is checked and planned, or a workflow.

import type { OpenRunAnswer, OpenRunBody } from '../../shared/api/run-resource.ts'
import type { TriggerBody } from '../../shared/api/schedule-resource.ts'
import { Fault } from '../../shared/base/fault.ts'
import { definePlan, definePlanOfObjects, type PlanOptions } from '../core/graph/define-plan.ts'
import { runExists } from '../core/run/run-exists.ts'
import type { RunPolicy } from '../core/run/run-policy.ts'
import { runNotKept } from '../core/run/unknown.ts'
import { defaultTenant } from '../core/schedule/run-name.ts'
import type { RunSummary } from '../ports/run-store.ts'
import type { OpenRequest } from '../services/run-opener.ts'
import type { ApiParts } from './api-parts.ts'
import { BareDefinition, textOfBody } from './bodies.ts'
import { type LateParts, lateFault, longestAskMs } from './late-fault.ts'
import { definitionFault } from './problem.ts'
import { runPath } from './run-path.ts'
import { within } from './within.ts'

/** How long a client waits for its run to be open, in milliseconds; with the question who is silent, 15 seconds. */
const longestOpeningMs = 15_000 - longestAskMs

/** What a body may say beside the workflow it names. */
const besideWorkflow: readonly string[] = ['workflow', 'date', 'tenant']

export type DeskParts = Pick<ApiParts, 'opener' | 'scheduler' | 'store' | 'policy' | 'newRunId' | 'logger'> &
  LateParts

type Defined = ReturnType<typeof definePlan>

export class OpenRunDesk {
  readonly #parts: DeskParts

  constructor(parts: DeskParts) {
    this.#parts = parts
  }

  /**
   * `body` and `query` are of the shape of their schemas. Rejects with REQUEST_INVALID when they contradict
   * each other, with DEFINITION_INVALID and all its faults, with WORKFLOW_UNKNOWN, with RUN_EXISTS when their run id is
   * that of another run, or with a retryable fault that names the run id to try again with.
   */
  async open(body: unknown, query: Readonly<Record<string, string>>): Promise<OpenRunAnswer> {
    if (body instanceof BareDefinition) {
      const wish = bodyOf(query)
      const files = [{ file: 'request', text: body.text }]
      return this.#openDefinition(definePlan({ files, ...planOptions(wish) }), wish, 'query.run_id')
    }
    const [stray] = Object.keys(query)
    if (stray !== undefined)
      throw invalid(`query.${stray} goes with a bare list of definitions; here it belongs into the body`)
    const wish = body as OpenRunBody
    if (wish.workflow !== undefined) return this.#openWorkflow(wish.workflow, wish)
    if (wish.objects === undefined) throw invalid('body needs objects (definitions) or workflow (a name)')
    if (wish.date !== undefined) throw invalid('body.date goes with a workflow; objects have none')
    const { objects } = wish
    const text = textOfBody(wish)
    const written = text === undefined ? {} : { text }
    return this.#openDefinition(definePlanOfObjects({ objects, ...written, ...planOptions(wish) }), wish)
  }

  /** Opens the run of a workflow's business date. Rejects with WORKFLOW_UNKNOWN, REQUEST_INVALID or a retryable fault. */
  async trigger(workflow: string, { date, tenant }: TriggerBody): Promise<OpenRunAnswer> {
    const options = { ...(date === undefined ? {} : { date }), ...(tenant === undefined ? {} : { tenant }) }
    const triggering = this.#parts.scheduler.trigger(workflow, options)
    const { runId, outcome } = await this.#opening(triggering, undefined)
    if (outcome === 'opened') this.#log(runId, tenant)
    return this.#shown(runId, outcome)
  }

  #openWorkflow(workflow: string, body: OpenRunBody): Promise<OpenRunAnswer> {
    const stray = Object.keys(body).find((field) => !besideWorkflow.includes(field))
    if (stray !== undefined) throw invalid(`body.${stray} goes with objects; a workflow has its own`)
    return this.trigger(workflow, body)
  }

  async #openDefinition(defined: Defined, body: OpenRunBody, field = 'body.run_id'): Promise<OpenRunAnswer> {
    if (!defined.ok) throw definitionFault(defined.reason)
    const { plan, warnings } = defined.value
    const runId = body.run_id ?? this.#parts.newRunId()
    const request: OpenRequest = {
      runId,
      plan,
      tenant: body.tenant ?? defaultTenant,
      policy: policyOf(this.#parts.policy, body),
      reuse: body.reuse ?? 'none',
    }
    const outcome = await this.#opening(this.#parts.opener.open(request), runId)
    if (outcome === 'exists') return this.#existing(request, field)
    this.#log(runId, request.tenant)
    return { run_id: runId, opened: true, objects: plan.objects.length, plan: plan.hash, warnings }
  }

  /** Bounds the wait; a retryable failure names the run, as opening it again is safe. */
  async #opening<Outcome>(opening: Promise<Outcome>, runId: string | undefined): Promise<Outcome> {
    const detail = runId === undefined ? {} : { run_id: runId }
    const look = runId === undefined ? 'GET /api/v1/runs' : `GET ${runPath(runId)}`
    const withId = runId === undefined ? '' : ` with run_id '${runId}'`
    // The opening goes on unwatched, until its own calls to Kafka and Redis are answered or given up.
    const advice = `the run is not open yet and may still open: look with ${look}, or send the same again${withId}, which opens it once`
    const late = () => lateFault(this.#parts, advice, runId)
    try {
      return await within(this.#parts.clock, longestOpeningMs, opening, late)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      throw new Fault(error.code, error.message, { cause: error, detail: { ...error.detail, ...detail } })
    }
  }

  /** Throws RUN_EXISTS when the run of this id is another than is wanted. */
  async #existing(wanted: OpenRequest, field: string): Promise<OpenRunAnswer> {
    const { runId } = wanted
    const other = otherThan(wanted, await this.#summary(runId))
    if (other !== undefined) throw runExists(field, runId, other)
    return this.#shown(runId, 'exists')
  }

  async #shown(runId: string, outcome: 'opened' | 'exists'): Promise<OpenRunAnswer> {
    const { objects, plan } = await this.#summary(runId)
    return { run_id: runId, opened: outcome === 'opened', objects, plan, warnings: [] }
  }

  async #summary(runId: string): Promise<RunSummary> {
    const summary = await this.#parts.store.summary(runId)
    if (summary === undefined) throw runNotKept(runId)
    return summary
  }

  #log(runId: string, tenant = defaultTenant): void {
    this.#parts.logger.info('run opened over the API', { run_id: runId, tenant })
  }
}

/** What a run is other than the one that is wanted; undefined: it is that one, whatever its policy. */
function otherThan({ plan, tenant }: OpenRequest, run: RunSummary): string | undefined {
  if (run.workflow !== null) return `as the run of workflow '${run.workflow}'`
  if (run.rerunOf !== undefined) return `as a rerun of run '${run.rerunOf}'`
  if (run.tenant !== tenant) return `as a run of tenant '${run.tenant}'`
  return run.plan === plan.hash ? undefined : 'over another plan'
}

function invalid(message: string): Fault {
  return new Fault('REQUEST_INVALID', message)
}

function planOptions(body: OpenRunBody): PlanOptions {
  const { targets = [], select = [], all = false, missing_parents = 'fail' } = body
  if (all && targets.length + select.length > 0) throw invalid('all goes without targets and select')
  return { selection: { targets, select, all }, missingParents: missing_parents }
}

function policyOf(policy: RunPolicy, { max_retries, timeout_seconds }: OpenRunBody): RunPolicy {
  return {
    ...policy,
    ...(max_retries === undefined ? {} : { max_retries }),
    ...(timeout_seconds === undefined
      ? {}
      : { run_timeout_ms: timeout_seconds === 0 ? null : timeout_seconds * 1_000 }),
  }
}

/** What the query says beside a bare definition, as a body would. */
function bodyOf(query: Readonly<Record<string, string>>): OpenRunBody {
  const { targets, select, all, max_retries, timeout_seconds, ...same } = query
  return {
    ...same,
    ...(targets === undefined ? {} : { targets: listOf(targets) }),
    ...(select === undefined ? {} : { select: listOf(select) }),
    ...(all === undefined ? {} : { all: all === 'true' }),
    ...(max_retries === undefined ? {} : { max_retries: Number(max_retries) }),
    ...(timeout_seconds === undefined ? {} : { timeout_seconds: Number(timeout_seconds) }),
  }
}

function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
