// A build is one load that several runs wait for: what makes attempts of different runs the same work.

import { hash } from 'node:crypto'
import type { JsonObject } from '../../../shared/base/json.ts'
import type { EventRecord } from '../../../shared/events/event-record.ts'
import type { ReadyEvent } from '../../../shared/events/ready.ts'
import { canonicalJson } from '../graph/canonical-json.ts'
import type { RunView } from './run-view.ts'

/** An attempt that is about to be announced, unless a run of its group has the same work under way. */
export interface BuildAsk {
  /** Builds are shared within a group and never between two. */
  readonly group: string
  /** The same for the same work, and for no other. */
  readonly build: string
  readonly runId: string
  readonly objectId: string
  readonly attempt: number
  /** The commit that announces it. */
  readonly commit: string
  /** Its run does not wait for it any more: it is announced for those only who joined it. */
  readonly isOver?: boolean
}

/** A Ready event is only published when its run does not join a build. */
export interface AskedRecord extends EventRecord {
  readonly build?: BuildAsk
}

/** Runs of one tenant and business date are a group; undefined: the run is for no date, and shares nothing. */
export function buildGroupOf({ head }: Pick<RunView, 'head'>): string | undefined {
  if (head.opened?.business_date === undefined) return undefined
  return `${head.opened.business_date} ${head.opened.tenant}`
}

/**
 * `answerTimeoutMs`: how long the run waits for the answer; null: for ever. Whoever loads gets the definition, what the
 * parents gave, and how long it may take: where all of that is the same, so is the load.
 */
export function buildAskOf(
  event: ReadyEvent,
  group: string,
  answerTimeoutMs: number | null,
): Omit<BuildAsk, 'commit'> {
  const { id: objectId, run_id: runId, attempt, zone, degraded = null, timeout_ms } = event
  // Which workflow it is makes no difference, but steps of workflows are loaded otherwise than objects of no workflow.
  const isStep = event.workflow !== undefined
  const given = [digestOf(event.object), canonicalJson(event.inputs), degraded]
  const work = [objectId, zone, isStep, ...given, timeout_ms, answerTimeoutMs]
  return { group, build: digest(JSON.stringify(work)), runId, objectId, attempt }
}

const digests = new WeakMap<JsonObject, string>()

// Runs over one plan share its definitions, and an object is announced again after a failure.
function digestOf(definition: JsonObject): string {
  const known = digests.get(definition)
  if (known !== undefined) return known
  const made = digest(canonicalJson(definition))
  digests.set(definition, made)
  return made
}

function digest(text: string): string {
  return hash('sha256', text, 'base64url')
}
