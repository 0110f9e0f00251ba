// The run as the REST API shows it, and the facts as the feed and `run --json` print them.

import type { Json } from '../base/json.ts'
import type { FaultLine } from './problem.ts'

export const runStates = ['running', 'succeeded', 'failed', 'timed-out', 'cancelled'] as const
export type RunState = (typeof runStates)[number]

/** What a list may be asked for: a paused run is running too. */
export const listedStates = [...runStates, 'paused'] as const
export type ListedState = (typeof listedStates)[number]

export interface RunResource {
  readonly run_id: string
  readonly state: RunState
  readonly tenant: string
  readonly workflow: string | null
  readonly business_date: string | null
  readonly plan: string
  readonly objects: number
  /** RFC 3339, UTC. */
  readonly opened_at: string
  readonly ended_at: string | null
  readonly counts: {
    readonly waiting: number
    readonly ready: number
    readonly loaded: number
    readonly failed: number
    readonly blocked: number
    readonly reused: number
    readonly cancelled: number
    readonly skipped: number
  }
  /** Nothing more is announced until somebody resumes it. */
  readonly paused: boolean
  /** Who paused it; null: it is not paused, or it is not known. Releases before this one do not send it. */
  readonly paused_by?: string | null
  /** Why, as the person said who paused it. */
  readonly pause_reason?: string | null
  /** The run whose failures this one makes good. */
  readonly rerun_of: string | null
  /** Who wanted the rerun; null: it is none, or it is not known. Releases before this one do not send it. */
  readonly rerun_by?: string | null
  /** Why, as the person said who wanted it. */
  readonly rerun_reason?: string | null
  /** Who ended it early; null: nobody did, or it is not known. */
  readonly ended_by: string | null
  /** Why it ended early, as the person said who ended it, or the limit that it came to. */
  readonly end_reason: string | null
}

/** What `run --json` says first: the name and version of the lines that follow. */
export const factsFormat = 'millefeuille/facts@1'

/** One fact: its own fields beside these. */
export interface FactLine {
  readonly type: string
  readonly at_ms: number
  readonly run_id: string
  readonly [field: string]: Json | undefined
}

/** Body of `POST /api/v1/runs`: a definition or the name of a workflow. */
export interface OpenRunBody {
  /** Object definitions. */
  readonly objects?: readonly Json[]
  /** A workflow's name, instead of objects. */
  readonly workflow?: string
  /** The workflow's business date, YYYY-MM-DD; default: today in the schedule's time zone. */
  readonly date?: string
  /** The run's id; opening the same again changes nothing, and the id of another run is RUN_EXISTS. Default: a new one. */
  readonly run_id?: string
  readonly tenant?: string
  readonly targets?: readonly string[]
  readonly select?: readonly string[]
  readonly all?: boolean
  readonly missing_parents?: 'fail' | 'ignore'
  readonly reuse?: 'none' | 'fresh'
  readonly max_retries?: number
  readonly timeout_seconds?: number
}

export interface OpenRunAnswer {
  readonly run_id: string
  /** False when a run of this id was opened before. */
  readonly opened: boolean
  readonly objects: number
  readonly plan: string
  /** What was noticed in the definition and did not keep it from running; nothing when the run existed. */
  readonly warnings: readonly FaultLine[]
}

/** The newest runs first. */
export interface RunList {
  readonly runs: readonly RunResource[]
  /** What to give as `before` for the runs that follow; null: there are none. */
  readonly next_before: string | null
}

export interface CancelRunAnswer {
  readonly run_id: string
  /** False when the run had ended before: then nothing was changed. */
  readonly changed: boolean
  readonly state: RunState
}
