// Facts become events: what travels on Kafka because of a commit, derived from it and from nothing else.

import { at } from '../../../shared/base/assert.ts'
import { eventVersion } from '../../../shared/base/format-version.ts'
import type { Json } from '../../../shared/base/json.ts'
import { zoneOf } from '../../../shared/base/layer.ts'
import { cloudEventHeaders } from '../../../shared/events/cloud-event.ts'
import { type EventRecord, maxRecordBytes } from '../../../shared/events/event-record.ts'
import type { ReadyEvent } from '../../../shared/events/ready.ts'
import { readyTopic, type Topics } from '../../../shared/events/topics.ts'
import type { LetterState } from '../dlq/dead-letter-entry.ts'
import { letterCategoryOf } from '../dlq/letter-category.ts'
import { objectResolution, reloadResolution } from '../dlq/letter-resolution.ts'
import { forEachLink, type PlanObject } from '../graph/plan.ts'
import { type AskedRecord, buildAskOf, buildGroupOf } from './build.ts'
import { journalRecords } from './journal.ts'
import { patienceOf } from './object-patience.ts'
import type {
  CommitRecord,
  LateResultAccepted,
  ObjectDiscarded,
  ObjectFailed,
  ObjectLoaded,
  ObjectMarkedLoaded,
  ObjectReady,
  ObjectRetried,
  ObjectSkipped,
  RunEnded,
  RunFact,
} from './run-fact.ts'
import type { RunView } from './run-view.ts'

const source = 'millefeuille/orchestrator'
/** The header is for a glance; the value has the whole text. */
const longestReason = 1_000

/**
 * The events of one commit of `run`, which must have evolved at least as far: Ready events in order of
 * dispatch, dead letters, the end of a workflow, and last the journal. The same commit always gives the
 * same events, but for inputs of parents that have been loaded since. Ready events of runs that may share a build
 * say which.
 */
export function announce(
  run: RunView,
  commit: CommitRecord,
  printed: string,
  topics: Topics,
): readonly AskedRecord[] {
  const ready: { rank: number; record: AskedRecord }[] = []
  const others: EventRecord[] = []
  for (const fact of commit.facts) {
    if (fact.type === 'object-ready') ready.push(readyRecord(run, fact, commit, topics))
    else if (fact.type === 'object-failed') others.push(deadRecord(run, fact, commit, topics))
    else if (fact.type === 'object-loaded') others.push(...reloadRecord(run, fact, commit, topics))
    else if (isResolving(fact)) others.push(resolutionRecord(run, fact, commit, topics))
    else if (fact.type === 'run-ended') others.push(...workflowRecord(run, fact, commit.at_ms, topics))
  }
  ready.sort((a, b) => a.rank - b.rank)
  return [...ready.map(({ record }) => record), ...others, ...journalRecords(commit, printed, topics.journal)]
}

function readyRecord(
  run: RunView,
  fact: ObjectReady,
  { at_ms: atMs, id: commit }: CommitRecord,
  topics: Topics,
): { rank: number; record: AskedRecord } {
  const object = objectOf(run, fact.object_id)
  const index = run.plan.indexOf.get(fact.object_id) ?? 0
  const { opened } = run.head
  const event: ReadyEvent = {
    event: 'ObjectReady',
    v: eventVersion,
    id: object.id,
    zone: object.zone,
    name: object.name ?? null,
    run_id: run.id,
    attempt: fact.attempt,
    ts: Math.floor(atMs / 1000),
    tenant: opened?.tenant ?? 'default',
    ...(opened?.workflow === undefined ? {} : { workflow: opened.workflow }),
    ...(opened?.business_date === undefined ? {} : { business_date: opened.business_date }),
    object: object.definition,
    inputs: inputsOf(run, index, fact),
    ...(fact.degraded === undefined ? {} : { degraded: fact.degraded }),
    timeout_ms: patienceOf(run, index).attempt_timeout_ms,
    deadline_ms: fact.deadline_ms ?? null,
  }
  const identity = {
    type: 'ObjectReady',
    source,
    runId: run.id,
    objectId: object.id,
    attempt: fact.attempt,
    atMs,
  }
  const record = {
    topic: readyTopic(topics, zoneOf(object.layer)),
    key: `${run.id}/${object.id}`,
    value: withinRecord(event),
    headers: cloudEventHeaders(identity),
  }
  const group = buildGroupOf(run)
  if (group === undefined) return { rank: run.rankOf(index), record }
  const answerTimeoutMs = fact.deadline_ms === undefined ? null : fact.deadline_ms - atMs
  const build = { ...buildAskOf(event, group, answerTimeoutMs), commit }
  return { rank: run.rankOf(index), record: { ...record, build } }
}

function inputsOf(run: RunView, index: number, fact: ObjectReady): Record<string, Json> {
  const inputs: Record<string, Json> = {}
  forEachLink(run.plan.parents, index, (parent) => {
    const { id } = at(run.plan.objects, parent)
    const result = isStale(fact, id) ? run.notesOf(parent).lastLoad?.result : run.resultOf(parent)
    if (result !== undefined) inputs[id] = result
  })
  return inputs
}

/** Whether the object goes on with an old load of this parent itself: somebody above it may have, when it was not there yet. */
function isStale({ object_id, degraded = [] }: ObjectReady, parent: string): boolean {
  return degraded.some(
    (one) => one.parent === parent && one.child === object_id && one.loaded_at_ms !== undefined,
  )
}

function withinRecord(event: ReadyEvent): string {
  const value = JSON.stringify(event)
  if (isFitting(value)) return value
  return JSON.stringify({
    ...event,
    inputs: {},
    inputs_omitted: Object.keys(event.inputs),
  } satisfies ReadyEvent)
}

function deadRecord(
  run: RunView,
  fact: ObjectFailed,
  { at_ms: atMs, version }: CommitRecord,
  topics: Topics,
): EventRecord {
  const object = objectOf(run, fact.object_id)
  const { error, attempt } = fact
  const { opened } = run.head
  const { firstFailedAtMs = atMs } = run.notesOf(run.plan.indexOf.get(object.id) ?? -1)
  const event = {
    event: 'ObjectFailed',
    v: eventVersion,
    id: object.id,
    status: 'failed',
    zone: object.zone,
    run_id: run.id,
    attempt,
    category: letterCategoryOf(error),
    error,
    first_at_ms: firstFailedAtMs,
    last_at_ms: atMs,
    version,
    tenant: opened?.tenant ?? 'default',
    ...(opened?.workflow === undefined ? {} : { workflow: opened.workflow }),
    ...(opened?.business_date === undefined ? {} : { business_date: opened.business_date }),
  }
  const identity = { type: 'ObjectDead', source, runId: run.id, objectId: object.id, attempt, atMs }
  const headers = {
    ...cloudEventHeaders(identity),
    dlq_code: error.code,
    dlq_reason: error.detail.slice(0, longestReason),
  }
  return {
    topic: topics.dlq,
    key: run.id,
    value: withDefinition(event, object.definition),
    headers,
  }
}

/** A definition that leaves no room is left out: whoever opened the run has it. */
function withDefinition(event: object, definition: PlanObject['definition']): string {
  const value = JSON.stringify({ ...event, object: definition })
  return isFitting(value) ? value : JSON.stringify({ ...event, object_omitted: true })
}

// A character has at most three bytes in UTF-8: most events are known to fit without counting them.
function isFitting(value: string): boolean {
  return value.length * 3 <= maxRecordBytes || Buffer.byteLength(value) <= maxRecordBytes
}

const resolutions: Partial<Record<RunFact['type'], Exclude<LetterState, 'open' | 'reloaded'>>> = {
  'object-retried': 'retried',
  'object-discarded': 'discarded',
  'object-marked-loaded': 'marked-loaded',
  'object-skipped': 'skipped',
  'late-result-accepted': 'accepted',
}

type Resolving = ObjectRetried | ObjectDiscarded | ObjectMarkedLoaded | ObjectSkipped | LateResultAccepted

/** Whether somebody has seen to an object, so that its dead letter, if it has one, needs nobody any more. */
function isResolving(fact: RunFact): fact is Resolving {
  return resolutions[fact.type] !== undefined
}

function resolutionRecord(
  run: RunView,
  fact: Resolving,
  { at_ms: atMs, version }: CommitRecord,
  topics: Topics,
): EventRecord {
  const { object_id: objectId, by, reason } = fact
  const resolved = resolutions[fact.type] ?? 'retried'
  const hand = { by, ...(reason === undefined ? {} : { reason }) }
  return objectResolution(topics.dlq, { runId: run.id, objectId }, { resolved, ...hand, atMs, version })
}

/** Of an object that a rerun has loaded: the run that this is a rerun of may have a letter of it. */
function reloadRecord(
  run: RunView,
  { object_id: objectId, attempt }: ObjectLoaded,
  { at_ms: atMs }: CommitRecord,
  topics: Topics,
): readonly EventRecord[] {
  const { rerun_of: runId, by = 'somebody', reason } = run.head.opened ?? {}
  if (runId === undefined) return []
  const hand = { by, ...(reason === undefined ? {} : { reason }) }
  return [reloadResolution(topics.dlq, { runId, objectId }, { ...hand, rerun: run.id, attempt, atMs })]
}

function workflowRecord(run: RunView, fact: RunEnded, atMs: number, topics: Topics): readonly EventRecord[] {
  const opened = run.head.opened
  if (opened?.workflow === undefined) return []
  const type = fact.state === 'succeeded' ? 'orchestrator_workflow_completed' : 'orchestrator_workflow_failed'
  const { state, counts, duration_ms } = fact
  const { workflow, tenant, business_date = null } = opened
  const event = {
    event: type,
    v: eventVersion,
    workflow,
    run_id: run.id,
    tenant,
    business_date,
    state,
    counts,
    duration_ms,
    at_ms: atMs,
  }
  const headers = cloudEventHeaders({ type, source, runId: run.id, atMs })
  return [{ topic: topics.workflow, key: workflow, value: JSON.stringify(event), headers }]
}

function objectOf(run: RunView, objectId: string): PlanObject {
  return at(run.plan.objects, run.plan.indexOf.get(objectId) ?? -1)
}
