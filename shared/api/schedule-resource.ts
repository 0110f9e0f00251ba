// Workflows and their next runs as the REST API shows them.

export interface WorkflowResource {
  readonly name: string
  /** A cron expression; null: opened by hand alone. */
  readonly schedule: string | null
  /** Of the schedule. */
  readonly time_zone: string | null
  readonly objects: number
}

export interface WorkflowList {
  readonly workflows: readonly WorkflowResource[]
}

/** A run that a schedule is going to open. */
export interface TickResource {
  readonly workflow: string
  readonly tenant: string
  readonly run_id: string
  readonly business_date: string
  /** RFC 3339, with the offset of the schedule's time zone. */
  readonly at: string
  readonly time_zone: string
  /** Whether the run is there already, because somebody triggered it by hand. */
  readonly opened: boolean
}

export interface ScheduleAnswer {
  /** Soonest first. */
  readonly ticks: readonly TickResource[]
}

/** Body of `POST /api/v1/workflows/{name}/trigger`; may be left out. */
export interface TriggerBody {
  /** The business date, YYYY-MM-DD; default: today in the schedule's time zone. */
  readonly date?: string
  readonly tenant?: string
}
