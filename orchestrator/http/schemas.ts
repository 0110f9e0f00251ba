// The JSON Schemas of the API: what requests are held to, and what its description says of the answers.

import { runStates } from '../../shared/api/run-resource.ts'
import { zoneLabels } from '../../shared/base/layer.ts'
import { letterStates } from '../core/dlq/dead-letter-entry.ts'
import { letterCategories } from '../core/dlq/letter-category.ts'

const text = (description: string, pattern: string) => ({ type: 'string', description, pattern })
const strings = (description: string) => ({
  type: 'array',
  description,
  maxItems: 10_000,
  items: { type: 'string', minLength: 1, maxLength: 200 },
})

/** Ids end up in keys, topics and paths: no blanks, braces or slashes. */
export const newRunId = text('1 to 200 letters, digits and . _ : @ + ~ -', '^[\\w.:@+~-]{1,200}$')
const tenant = text('1 to 100 letters, digits and . _ -', '^[\\w.-]{1,100}$')
const name = { type: 'string', minLength: 1, maxLength: 200 }
const date = { type: 'string', format: 'date', description: 'a date like 2026-11-21' }
const instant = { type: 'string', format: 'date-time', description: 'an instant like 2026-11-21T07:00:00Z' }
/** How much one answer may hold. */
const count = text('a whole number from 1 to 1000', '^([1-9][0-9]{0,2}|1000)$')

const record = (properties: Record<string, unknown>, required: readonly string[] = []) => ({
  type: 'object',
  additionalProperties: false,
  properties,
  ...(required.length === 0 ? {} : { required }),
})
/** An answer: all its fields are always there. */
const answer = (properties: Record<string, unknown>) => record(properties, Object.keys(properties))
const orNull = (schema: { readonly type: string }) => ({ ...schema, type: [schema.type, 'null'] })
const listOf = (schema: string) => ({ type: 'array', items: ref(schema) })
export const ref = (schema: string) => ({ $ref: `#/components/schemas/${schema}` })

export const runParams = record({ id: name }, ['id'])
export const workflowParams = record({ name }, ['name'])

export const openRunBody = record({
  objects: { type: 'array', description: 'Object definitions.', items: {} },
  workflow: { ...name, description: "A workflow's name, instead of objects." },
  date,
  run_id: newRunId,
  tenant,
  targets: strings('Ids of the objects that are wanted, with all they need.'),
  select: strings("Ids with + before (and what it needs) or behind (and what needs it), as '+3005'."),
  all: { type: 'boolean' },
  missing_parents: { enum: ['fail', 'ignore'] },
  reuse: { enum: ['none', 'fresh'] },
  max_retries: { type: 'integer', minimum: 0, maximum: 1_000 },
  timeout_seconds: { type: 'integer', minimum: 0, maximum: 31_536_000, description: '0: for ever.' },
})

/** The same for a body that is nothing but definitions. */
export const openRunQuery = record({
  run_id: newRunId,
  tenant,
  targets: text('ids with commas between them', '^[^,].*$'),
  select: text("ids with + before or behind, with commas between them, as '%2B3005,2002%2B'", '^[^,].*$'),
  all: { enum: ['true', 'false'] },
  missing_parents: { enum: ['fail', 'ignore'] },
  reuse: { enum: ['none', 'fresh'] },
  max_retries: text('a whole number from 0 to 1000', '^([0-9]{1,3}|1000)$'),
  timeout_seconds: text('a whole number of seconds, 0 for ever', '^[0-9]{1,7}$'),
})

export const listRunsQuery = record({ state: { enum: runStates }, limit: count, before: instant })
export const cancelQuery = record({
  reason: { type: 'string', minLength: 1, maxLength: 500 },
  by: { type: 'string', minLength: 1, maxLength: 200 },
})
export const place = text('the id of a fact, like 12.0', '^[0-9]{1,12}\\.[0-9]{1,12}$')
export const factsQuery = record({ after: place })
export const scheduleQuery = record({ count })
export const triggerBody = { ...record({ date, tenant }), type: ['object', 'null'] }
const by = { type: 'string', description: 'Who asks.', minLength: 1, maxLength: 200 }
const reason = { type: 'string', minLength: 1, maxLength: 500 }
const orNone = (schema: ReturnType<typeof record>) => ({ ...schema, type: ['object', 'null'] })
export const objectParams = record({ id: name, object: name }, ['id', 'object'])
export const commandBody = orNone(record({ by, reason }))
export const objectCommandBody = orNone(
  record({
    by,
    reason,
    result: { description: 'mark-loaded: what the children get as their input from the object.' },
    attempt: { type: 'integer', minimum: 1, description: 'accept-late: whose result counts.' },
  }),
)
export const letterParams = record(
  { id: text('the id of a dead letter, like 3.1811', '^[0-9]{1,9}\\.[0-9]{1,18}$') },
  ['id'],
)
export const lettersQuery = record({
  state: { enum: [...letterStates, 'all'] },
  category: { enum: letterCategories },
  code: name,
  run: name,
  object: name,
  zone: { enum: zoneLabels },
  tenant,
  since: instant,
  until: instant,
  limit: text('a whole number from 1 to 10000', '^([1-9][0-9]{0,3}|10000)$'),
})
export const whyParams = record({ object: name }, ['object'])
export const whyQuery = record({ run: name })
export const rerunBody = record({
  failed: { type: 'boolean', description: 'What failed in the run, or was given up with it.' },
  objects: strings('Ids of objects to be loaded again, whatever became of them.'),
  with_downstream: { type: 'boolean', description: 'And all that needs one of these.' },
  dry_run: { type: 'boolean', description: 'Opens nothing: only says what would run.' },
  run_id: newRunId,
  by,
  reason,
})
export const nothing = record({})

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
  rerun_of: orNull(string),
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
  resolved: orNull(answer({ by: string, reason: orNull(string), at: instant })),
}

const degraded = {
  type: 'array',
  items: record({ parent: string, child: string, reason: string, loaded_at_ms: integer }, [
    ...['parent', 'child', 'reason'],
  ]),
}

/** A dry run has these alone. */
const rerunFields = {
  rerun_of: string,
  opened: { type: 'boolean' },
  objects: { type: 'array', items: answer({ id: string, name: orNull(string), was: string }) },
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
  Rerun: record({ run_id: string, ...rerunFields }, Object.keys(rerunFields)),
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
