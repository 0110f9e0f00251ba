// Opens the workflows: each for each tenant at each tick of its schedule, once, however many schedulers there are.

import { Fault } from '../../shared/base/fault.ts'
import type { Random } from '../../shared/base/random.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import type { Service } from '../../shared/service/service.ts'
import type { RunPolicy } from '../core/run/run-policy.ts'
import { defaultTenant, runName } from '../core/schedule/run-name.ts'
import { dateIn, isBusinessDate, labelNow, nextTicks, type Tick } from '../core/schedule/schedule.ts'
import type { Workflow } from '../core/schedule/workflow.ts'
import type { RunStore } from '../ports/run-store.ts'
import { Openings } from './openings.ts'
import type { OpenRequest, RunOpener } from './run-opener.ts'
import { type CatchUp, TickWatch } from './tick-watch.ts'

export interface SchedulerParts {
  readonly workflows: readonly Workflow[]
  /** Who every workflow is opened for. */
  readonly tenants: readonly string[]
  readonly opener: Pick<RunOpener, 'open'>
  readonly store: Pick<RunStore, 'summary'>
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly policy: RunPolicy
  readonly catchUp: CatchUp
  /** IANA name: for the business dates of workflows without a schedule. */
  readonly timeZone: string
  /** Called at each look at the clock: shows that the loop turns. */
  readonly beat: () => void
}

export interface TriggerOptions {
  /** The business date, as `2026-11-21`; default: today in the schedule's time zone. */
  readonly date?: string
  readonly tenant?: string
  readonly policy?: RunPolicy
}

export interface Triggered {
  readonly runId: string
  readonly businessDate: string
  readonly outcome: 'opened' | 'exists'
  readonly workflow: Workflow
}

export interface UpcomingTick {
  readonly workflow: string
  readonly tenant: string
  readonly atMs: number
  /** The wall clock with its offset. */
  readonly localTime: string
  readonly timeZone: string
  readonly businessDate: string
  readonly runId: string
  /** The run is there already, as somebody triggered it by hand. */
  readonly opened: boolean
}

export class Scheduler implements Service {
  readonly name = 'scheduler'
  readonly #parts: SchedulerParts
  #running: { readonly openings: Openings; readonly watch: TickWatch } | undefined

  constructor(parts: SchedulerParts) {
    this.#parts = parts
  }

  async start(): Promise<void> {
    if (this.#running !== undefined) return
    const openings = new Openings(this.#parts)
    const watched = this.#parts.workflows.flatMap((workflow) => {
      const { name, schedule } = workflow
      const due = (tick: Tick) => this.#open(openings, workflow, tick)
      return schedule === undefined ? [] : [{ name, schedule, due }]
    })
    const watch = new TickWatch(this.#parts, watched)
    this.#running = { openings, watch }
    watch.start()
  }

  async stop(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    running?.watch.stop()
    await running?.openings.stop()
  }

  get workflows(): readonly Workflow[] {
    return this.#parts.workflows
  }

  /**
   * Opens the run of a workflow's business date, as its tick would: whichever comes first. Where a day has
   * more than one tick and no date is given, a run of this minute. Rejects with WORKFLOW_UNKNOWN, with
   * REQUEST_INVALID for a date that is none, and as RunOpener.open does.
   */
  async trigger(name: string, options: TriggerOptions = {}): Promise<Triggered> {
    const workflow = this.#workflow(name)
    const label = options.date ?? this.#labelNow(workflow)
    const businessDate = label.slice(0, 'yyyy-mm-dd'.length)
    if (options.date !== undefined && !isBusinessDate(options.date)) {
      throw new Fault('REQUEST_INVALID', `'${options.date}' is no date; write it as 2026-11-21`)
    }
    const { tenant = defaultTenant, policy = this.#parts.policy } = options
    const request = requestOf(workflow, { label, businessDate }, tenant, policy)
    return {
      runId: request.runId,
      businessDate,
      outcome: await this.#parts.opener.open(request),
      workflow,
    }
  }

  /** The next `count` ticks of all workflows and tenants, soonest first. Rejects with STORE_UNAVAILABLE. */
  async nextTicks(count: number): Promise<readonly UpcomingTick[]> {
    const nowMs = this.#parts.clock.nowMs()
    const ticks = this.#parts.workflows
      .flatMap((workflow) => this.#ticksOf(workflow, nowMs, count))
      .sort((a, b) => a.atMs - b.atMs || (a.runId < b.runId ? -1 : 1))
      .slice(0, count)
    return Promise.all(
      ticks.map(async (tick) => {
        return { ...tick, opened: (await this.#parts.store.summary(tick.runId)) !== undefined }
      }),
    )
  }

  #ticksOf(
    { name, schedule }: Workflow,
    afterMs: number,
    count: number,
  ): readonly Omit<UpcomingTick, 'opened'>[] {
    if (schedule === undefined) return []
    return nextTicks(schedule, afterMs, count).flatMap(({ label, ...tick }) =>
      this.#parts.tenants.map((tenant) => ({
        workflow: name,
        tenant,
        ...tick,
        timeZone: schedule.timeZone,
        runId: runName(name, label, tenant),
      })),
    )
  }

  #open(openings: Openings, workflow: Workflow, tick: Tick): void {
    for (const tenant of this.#parts.tenants) {
      openings.begin(requestOf(workflow, tick, tenant, this.#parts.policy))
    }
  }

  #workflow(name: string): Workflow {
    const workflow = this.#parts.workflows.find((candidate) => candidate.name === name)
    if (workflow !== undefined) return workflow
    const known = this.#parts.workflows.map((candidate) => candidate.name).join(', ')
    throw new Fault('WORKFLOW_UNKNOWN', `there is no workflow '${name}'; there are: ${known || 'none'}`)
  }

  #labelNow({ schedule }: Workflow): string {
    const nowMs = this.#parts.clock.nowMs()
    return schedule === undefined ? dateIn(this.#parts.timeZone, nowMs) : labelNow(schedule, nowMs)
  }
}

function requestOf(
  workflow: Workflow,
  tick: Pick<Tick, 'label' | 'businessDate'>,
  tenant: string,
  policy: RunPolicy,
): OpenRequest {
  return {
    runId: runName(workflow.name, tick.label, tenant),
    plan: workflow.plan,
    tenant,
    workflow: workflow.name,
    businessDate: tick.businessDate,
    policy,
    reuse: 'none',
  }
}
