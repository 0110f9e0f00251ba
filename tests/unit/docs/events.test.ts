// docs/events.md and docs/schemas say what the house prints and what it takes.

import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { journalRecords } from '../../../orchestrator/core/run/journal.ts'
import type { CommitRecord, RunFact } from '../../../orchestrator/core/run/run-fact.ts'
import { isJsonObject, type Json } from '../../../shared/base/json.ts'
import { maxResultBytes, parseAnswer } from '../../../shared/events/answer.ts'
import { maxRecordBytes } from '../../../shared/events/event-record.ts'
import { parseReady } from '../../../shared/events/ready.ts'
import { allTopics, defaultTopics } from '../../../shared/events/topics.ts'
import { chained } from '../../support/chained.ts'
import { eventExamples, factsOfEveryType } from '../../support/event-examples.ts'
import { type FencedBlock, fencedBlocks, readText } from '../../support/markdown.ts'

const markdown = readText('docs/events.md')
const blocks = fencedBlocks(markdown).filter(({ language }) => language === 'json')
const printed = eventExamples()

type SchemaName = 'ready' | 'loaded' | 'failed' | 'journal' | 'workflow-ended'
const schemaNames: readonly SchemaName[] = ['ready', 'loaded', 'failed', 'journal', 'workflow-ended']

/** Which schema an example is held to; headers have none. */
const schemaOf: Readonly<Record<string, SchemaName>> = {
  ready: 'ready',
  'ready of a child': 'ready',
  loaded: 'loaded',
  'least loaded': 'loaded',
  'failed on the loaded topic': 'loaded',
  failed: 'failed',
  'failed for a while': 'failed',
  'least failed': 'failed',
  'dead letter': 'failed',
  commit: 'journal',
  claim: 'journal',
  'closing commit': 'journal',
  'plan chunk': 'journal',
  'workflow ended': 'workflow-ended',
}

function schema(name: SchemaName): Json {
  return JSON.parse(readText(`docs/schemas/${name}.schema.json`)) as Json
}

/** The same schema without tolerance: an object has no field beside those described. */
function closed(json: Json): Json {
  if (Array.isArray(json)) return json.map(closed)
  if (!isJsonObject(json)) return json
  const inside = Object.fromEntries(Object.entries(json).map(([key, value]) => [key, closed(value ?? null)]))
  const { $id: _, ...rest } = inside
  return isJsonObject(json.properties) && json.type === 'object'
    ? { ...rest, additionalProperties: false }
    : rest
}

type Tolerance = 'open' | 'closed'
const compiled = new Map<string, ValidateFunction>()

/** What is wrong with a value, or `valid`. */
function validates(name: SchemaName, value: unknown, tolerance: Tolerance = 'open'): string {
  const validate = compiled.get(`${name} ${tolerance}`) ?? compile(name, tolerance)
  return validate(value) ? 'valid' : JSON.stringify(validate.errors)
}

function compile(name: SchemaName, tolerance: Tolerance): ValidateFunction {
  const json = tolerance === 'open' ? schema(name) : closed(schema(name))
  const validate = new Ajv2020({ allowUnionTypes: true, strictRequired: false }).compile(json as object)
  compiled.set(`${name} ${tolerance}`, validate)
  return validate
}

/** All names under `properties`, anywhere in a schema. */
function describedFields(json: Json): readonly string[] {
  if (Array.isArray(json)) return json.flatMap(describedFields)
  if (!isJsonObject(json)) return []
  const own = isJsonObject(json.properties) ? Object.keys(json.properties) : []
  return [...own, ...Object.values(json).flatMap((value) => describedFields(value ?? null))]
}

function fieldsOf(value: Json | undefined): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(fieldsOf)
  if (!isJsonObject(value)) return []
  return [...Object.keys(value), ...Object.values(value).flatMap(fieldsOf)]
}

const commitOf = (facts: readonly RunFact[]): CommitRecord => {
  return chained('run-1', 1, 1, facts)
}

/** A commit too large for one record, as the journal carries it. */
function commitParts(): readonly Json[] {
  const result = 'x'.repeat(60_000)
  const facts = Array.from({ length: 20 }, (_, index): RunFact => {
    return { type: 'object-loaded', object_id: `o${index}`, attempt: 1, result }
  })
  const commit = commitOf(facts)
  const records = journalRecords(commit, JSON.stringify(commit), defaultTopics.journal)
  return records.map(({ value }) => JSON.parse(value) as Json)
}

describe('the examples of docs/events.md', () => {
  const named = blocks.map((block): [string, FencedBlock] => [block.example ?? 'without a name', block])

  it('are there for every kind of event the house prints', () => {
    const own = ['least loaded', 'least failed', 'failed on the loaded topic']
    expect(named.map(([name]) => name).sort()).toEqual([...Object.keys(printed), ...own].sort())
  })

  it.each(named)('%s is JSON, what the house prints, and valid', (name, { text }) => {
    const value = JSON.parse(text) as Json
    if (name in printed) expect(value).toEqual(printed[name])
    const schemaName = schemaOf[name]
    if (schemaName !== undefined) expect(validates(schemaName, value)).toBe('valid')
    else expect(name).toMatch(/^headers of |^dead letter resolved$/)
  })

  it('that are shorter than ours are understood', () => {
    const answerOf = (name: string, topic: 'loaded' | 'failed') => {
      const text = named.find(([each]) => each === name)?.[1].text ?? ''
      const answer = parseAnswer(text, topic)
      return answer.ok ? { kind: answer.value.kind, attempt: answer.value.attempt } : answer.reason
    }
    expect(answerOf('least loaded', 'loaded')).toEqual({ kind: 'loaded', attempt: undefined })
    expect(answerOf('failed on the loaded topic', 'loaded')).toMatchObject({ kind: 'failed' })
    expect(answerOf('least failed', 'failed')).toEqual({ kind: 'failed', attempt: undefined })
  })
})

describe('the schemas of events', () => {
  const events = Object.entries(schemaOf).filter(([name]) => name in printed && name !== 'dead letter')

  it.each(events)('know every field of %s', (name, schemaName) => {
    expect(validates(schemaName, printed[name], 'closed')).toBe('valid')
  })

  it('know every field of every fact', () => {
    for (const fact of factsOfEveryType())
      expect(validates('journal', commitOf([fact]), 'closed'), fact.type).toBe('valid')
  })

  it('know the parts of a commit that is too large for one record', () => {
    const parts = commitParts()
    expect(parts.length).toBeGreaterThan(1)
    for (const part of parts) expect(validates('journal', part, 'closed')).toBe('valid')
  })

  it.each(schemaNames)('name no field in %s that nobody prints', (name) => {
    const of = (wanted: SchemaName) =>
      Object.entries(schemaOf).flatMap(([each, schemaName]) => (schemaName === wanted ? [printed[each]] : []))
    const journal = name === 'journal' ? [...commitParts(), ...(factsOfEveryType() as unknown as Json[])] : []
    // Only events that would be too large have it, and those of degraded objects: see announce.test.ts.
    const degraded = ['degraded', 'parent', 'child', 'reason', 'loaded_at_ms']
    const rareIn: Partial<Record<SchemaName, readonly string[]>> = {
      ready: ['inputs_omitted', ...degraded],
      loaded: degraded,
    }
    const rare = rareIn[name] ?? []
    const known = new Set([...[...of(name), ...journal].flatMap(fieldsOf), ...rare])
    expect(describedFields(schema(name)).filter((field) => !known.has(field))).toEqual([])
  })

  const specimens: readonly unknown[] = [
    ...[{ id: '1', run_id: 'r' }, { id: 1, run_id: 'r', status: 'loaded' }, { id: '1' }, { run_id: 'r' }],
    ...[
      { id: '', run_id: 'r' },
      { id: ' ', run_id: 'r' },
      { id: 1.5, run_id: 'r' },
      { id: -1, run_id: 'r' },
    ],
    ...[
      { id: '1', run_id: '' },
      { id: '1', run_id: 7 },
      { id: '1', run_id: 'r', status: 'done' },
      [],
      null,
      7,
    ],
    ...[
      { id: '1', run_id: 'r', status: 'failed' },
      { id: '1', run_id: 'r', more: true, result: [1] },
    ],
  ]

  it.each(['loaded', 'failed'] as const)(
    'take on the %s topic what the house takes, and nothing else',
    (topic) => {
      for (const specimen of specimens) {
        const text = JSON.stringify(specimen)
        const isTaken = parseAnswer(text, topic).ok
        // On the failed topic the status does not matter.
        expect(validates(topic, specimen) === 'valid', text).toBe(isTaken)
      }
    },
  )

  it('refuse a Ready event that a zone of ours refuses', () => {
    for (const field of ['id', 'run_id', 'zone']) {
      const { [field]: _, ...without } = printed.ready as Record<string, Json>
      expect(parseReady(JSON.stringify(without)).ok, field).toBe(false)
      expect(validates('ready', without)).not.toBe('valid')
    }
  })
})

describe('docs/events.md', () => {
  it('names every topic', () => {
    for (const topic of allTopics(defaultTopics)) expect(markdown).toContain(`\`${topic}\``)
  })

  it('names the limits as they are', () => {
    expect(markdown).toContain(`${maxRecordBytes.toLocaleString('en')} bytes`)
    expect(markdown).toContain(`${maxResultBytes.toLocaleString('en')} bytes`)
  })
})
