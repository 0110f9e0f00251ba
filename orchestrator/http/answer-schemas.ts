// The JSON Schemas of what the API answers, for its description.

import { runStates } from '../../shared/api/run-resource.ts'
import { layers } from '../../shared/base/layer.ts'
import { letterStates } from '../core/dlq/dead-letter-entry.ts'
import { letterCategories } from '../core/dlq/letter-category.ts'
import { objectStates } from '../core/run/object-state.ts'
import { rerunReasons } from '../core/run/rerun.ts'
import { instant, record } from './schema-parts.ts'

/** An answer: all its fields are always there. */
const answer = (properties: Record<string, unknown>) => record(properties, Object.keys(properties))
const orNull = (schema: { readonly type: string }) => ({ ...schema, type: [schema.type, 'null'] })
const listOf = (schema: string) => ({ type: 'array', items: ref(schema) })
export const ref = (schema: string) => ({ $ref: `#/components/schemas/${schema}` })

const string = { type: 'string' }
const integer = { type: 'integer' }
const objectCounts = ['waiting', 'ready', 'loaded', 'failed', 'blocked', 'reused', 'cancelled', 'skipped']

const run = answer({
  run_id: string,
  state: { enum: runStates },
  tenant: string,
  workflow: orNull(string),
  business_date: orNull(string),
  plan: string,
  objects: integer,
  opened_at: instant,
  ended_at: orNull(instant),
  paused: { type: 'boolean' },
  paused_by: orNull(string),
  pause_reason: orNull(string),
  rerun_of: orNull(string),
  rerun_by: orNull(string),
  rerun_reason: orNull(string),
  ended_by: orNull(string),
  end_reason: orNull(string),
  counts: answer(Object.fromEntries(objectCounts.map((state) => [state, integer]))),
})

const fault = answer({
  code: string,
  severity: { enum: ['error', 'warning'] },
  file: string,
  line: integer,
  column: integer,
  pointer: string,
  message: string,
  hint: string,
})

const problemFields = {
  type: string,
  title: string,
  status: integer,
  detail: string,
  code: string,
  retryable: { type: 'boolean' },
}

const problem = record(
  {
    ...problemFields,
    field: string,
    faults: listOf('Fault'),
    line: integer,
    column: integer,
    run_id: string,
    request_id: string,
  },
  Object.keys(problemFields),
)

const workflow = answer({
  name: string,
  schedule: orNull(string),
  time_zone: orNull(string),
  objects: integer,
})

const tick = answer({
  workflow: string,
  tenant: string,
  run_id: string,
  business_date: string,
  at: string,
  time_zone: string,
  opened: { type: 'boolean' },
})

const resolvedFields = { by: string, reason: orNull(string), at: instant, rerun: orNull(string) }

const letterFields = {
  id: string,
  kind: { enum: ['object', 'record'] },
  state: { enum: letterStates },
  category: { enum: letterCategories },
  code: string,
  message: string,
  attempts: integer,
  first_at: orNull(instant),
  last_at: orNull(instant),
  run_id: orNull(string),
  object_id: orNull(string),
  zone: orNull(string),
  tenant: orNull(string),
  workflow: orNull(string),
  source: orNull(answer({ topic: string, partition: integer, offset: string })),
  retry_of: orNull(string),
  retried_as: orNull(string),
  resolved: orNull(answer(resolvedFields)),
  resolved_before: { type: 'array', items: answer({ state: { enum: letterStates }, ...resolvedFields }) },
}

const degraded = {
  type: 'array',
  items: record({ parent: string, child: string, reason: string, loaded_at_ms: integer }, [
    ...['parent', 'child', 'reason'],
  ]),
}

const rerunFields = {
  rerun_of: string,
  opened: { type: 'boolean' },
  objects: {
    type: 'array',
    items: answer({
      ...{ id: string, name: orNull(string), was: { enum: objectStates } },
      ...{ reason: { enum: rerunReasons }, of: orNull(string) },
    }),
  },
  reused: integer,
}

/** What answers are made of, by the names that `ref` takes. */
export const components = {
  Run: run,
  RunList: answer({ runs: listOf('Run'), next_before: orNull(instant) }),
  OpenedRun: answer({
    run_id: string,
    opened: { type: 'boolean' },
    objects: integer,
    plan: string,
    warnings: listOf('Fault'),
  }),
  CancelledRun: answer({ run_id: string, changed: { type: 'boolean' }, state: { enum: runStates } }),
  CommandAnswer: answer({
    run_id: string,
    object_id: orNull(string),
    changed: { type: 'boolean' },
    message: string,
    state: { enum: runStates },
  }),
  DeadLetterList: answer({
    entries: { type: 'array', items: answer(letterFields) },
    total: integer,
    groups: { type: 'array', items: answer({ code: string, zone: orNull(string), count: integer }) },
  }),
  DeadLetter: answer({ ...letterFields, stack: orNull(string), event: {} }),
  DeadLetterAnswer: answer({
    id: string,
    changed: { type: 'boolean' },
    message: string,
    run_id: orNull(string),
    object_id: orNull(string),
  }),
  Why: answer({
    run_id: string,
    object_id: string,
    chain: {
      type: 'array',
      items: answer({
        object_id: string,
        name: orNull(string),
        state: string,
        reason: orNull(string),
        since: orNull(instant),
        text: string,
        owner: string,
        release: orNull(string),
        degraded,
      }),
    },
    text: string,
  }),
  /** A dry run, or nothing is to be loaded again: no run, and no id of one. */
  RerunPlan: answer({ ...rerunFields, opened: { const: false } }),
  OpenedRerun: answer({ run_id: string, ...rerunFields }),
  Rerun: { oneOf: [ref('RerunPlan'), ref('OpenedRerun')] },
  ObjectList: answer({
    run_id: string,
    objects: {
      type: 'array',
      items: answer({
        object_id: string,
        name: orNull(string),
        layer: { enum: layers },
        state: { enum: objectStates },
        attempt: integer,
        error: orNull(answer({ code: string, detail: string })),
        degraded,
        next_attempt: orNull(answer({ at: instant, code: string, detail: string })),
      }),
    },
    total: integer,
    next_after: orNull(string),
  }),
  Fact: {
    type: 'object',
    properties: { type: string, at_ms: integer, run_id: string },
    required: ['type', 'at_ms', 'run_id'],
  },
  Workflow: workflow,
  WorkflowList: answer({ workflows: listOf('Workflow') }),
  Tick: tick,
  Schedule: answer({ ticks: listOf('Tick') }),
  Fault: fault,
  Problem: problem,
  About: { type: 'object' },
}
