// The JSON Schemas that requests of the API are held to.

import { listedStates } from '../../shared/api/run-resource.ts'
import { zoneLabels } from '../../shared/base/layer.ts'
import { longestObjectId } from '../../shared/base/object-id.ts'
import { letterStates } from '../core/dlq/dead-letter-entry.ts'
import { letterCategories } from '../core/dlq/letter-category.ts'
import { objectStates } from '../core/run/object-state.ts'
import { instant, record } from './schema-parts.ts'

const text = (description: string, pattern: string) => ({ type: 'string', description, pattern })
const objectId = { type: 'string', minLength: 1, maxLength: longestObjectId }
const strings = (description: string, items = objectId) => ({
  type: 'array',
  description,
  maxItems: 10_000,
  items,
})

/** Ids end up in keys, topics and paths: no blanks, braces or slashes. */
export const newRunId = text('1 to 200 letters, digits and . _ : @ + ~ -', '^[\\w.:@+~-]{1,200}$')
const tenant = text('1 to 100 letters, digits and . _ -', '^[\\w.-]{1,100}$')
const name = { type: 'string', minLength: 1, maxLength: 200 }
const date = { type: 'string', format: 'date', description: 'a date like 2026-11-21' }
/** How much one answer may hold. */
const count = text('a whole number from 1 to 1000', '^([1-9][0-9]{0,2}|1000)$')

export const runParams = record({ id: name }, ['id'])
export const workflowParams = record({ name }, ['name'])

export const openRunBody = record({
  objects: { type: 'array', description: 'Object definitions.', items: {} },
  workflow: { ...name, description: "A workflow's name, instead of objects." },
  date,
  run_id: newRunId,
  tenant,
  targets: strings('Ids of the objects that are wanted, with all they need.'),
  select: strings("Ids with + before (and what it needs) or behind (and what needs it), as '+3005'.", {
    ...objectId,
    maxLength: longestObjectId + '++'.length,
  }),
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

export const listRunsQuery = record({ state: { enum: listedStates }, limit: count, before: instant })
export const cancelQuery = record({
  reason: { type: 'string', minLength: 1, maxLength: 500 },
  by: { type: 'string', minLength: 1, maxLength: 200 },
})
const pageLimit = text('a whole number from 1 to 10000', '^([1-9][0-9]{0,3}|10000)$')
export const objectsQuery = record({
  degraded: { enum: ['true'], description: 'Only what went on without something.' },
  state: { enum: objectStates, description: 'Only what is in this state.' },
  retrying: { enum: ['true'], description: 'Only what waits for its next attempt.' },
  after: { ...objectId, description: 'The id of the last object of the page before.' },
  limit: pageLimit,
})
export const place = text('the id of a fact, like 12.0', '^[0-9]{1,12}\\.[0-9]{1,12}$')
export const factsQuery = record({ after: place })
export const scheduleQuery = record({ count })
export const triggerBody = { ...record({ date, tenant }), type: ['object', 'null'] }
const by = { type: 'string', description: 'Who asks.', minLength: 1, maxLength: 200 }
const reason = { type: 'string', minLength: 1, maxLength: 500 }
const orNone = (schema: ReturnType<typeof record>) => ({ ...schema, type: ['object', 'null'] })
export const objectParams = record({ id: name, object: objectId }, ['id', 'object'])
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
  object: objectId,
  zone: { enum: zoneLabels },
  tenant,
  since: instant,
  until: instant,
  limit: pageLimit,
})
export const whyParams = record({ object: objectId }, ['object'])
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
