// Whatever stands in the store or the journal is read as what was written, or refused by name.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planChunks, planFromChunks } from '../../../../../orchestrator/core/graph/plan-chunks.ts'
import { commitIdOf, parseCommit, printCommit } from '../../../../../orchestrator/core/run/commit-record.ts'
import { claimRecord, journalRecords, planRecords } from '../../../../../orchestrator/core/run/journal.ts'
import { JournalFold } from '../../../../../orchestrator/core/run/journal-fold.ts'
import type { CommitRecord } from '../../../../../orchestrator/core/run/run-fact.ts'
import { Fault } from '../../../../../shared/base/fault.ts'
import { chained } from '../../../../support/chained.ts'
import { factsOfEveryType } from '../../../../support/event-examples.ts'
import { planOf } from '../../../../support/plan-of.ts'
import { objectTexts, seed, wild } from '../../../../support/wild-texts.ts'

const facts = fc.array(fc.constantFrom(...factsOfEveryType()), { maxLength: 6 })
const texts = fc.string({ unit: 'binary' })
const topic = 'journal'
/** Broken, or of a later version than this one. */
const refusals = ['RUN_CORRUPT', 'FORMAT_NEWER']

/** A chain of commits of one run. */
const chains = fc
  .array(facts, { minLength: 1, maxLength: 5 })
  .map((lists): readonly CommitRecord[] =>
    lists.map((list, index) => chained('run-1', index + 1, index, list)),
  )

const records = wild(
  objectTexts(
    ['v', 'id', 'prev', 'run_id', 'version', 'at_ms', 'facts', 'rebuild', 'chunk', 'plan', 'part', 'parts'],
    {
      v: ['1'],
      run_id: ['"run-1"'],
      id: ['"a"', '"b"'],
      prev: ['""', '"a"', '"b"'],
      facts: ['[]', '[null]', '[{"type":"run-ended"}]', '[{"type":"run-opened","plan":7}]'],
      part: ['1', '2', '0', '1e999'],
      parts: ['1', '2', '-1', '0.5', '9e15'],
    },
  ),
)

/** What `read` gives, or the code with which it refuses; another error is none of its own. */
function refusal<Value>(read: () => Value): Value | string {
  try {
    return read()
  } catch (error) {
    if (error instanceof Fault) return error.code
    throw error
  }
}

describe('the decoder of commits', { timeout: 60_000 }, () => {
  it('takes any text: a commit, or a refusal', () => {
    fc.assert(
      fc.property(records, (text) => {
        const read = refusal(() => parseCommit(text))
        if (typeof read === 'string') return void expect(refusals).toContain(read)
        expect(Array.isArray(read.facts)).toBe(true)
        expect(commitIdOf(text)).not.toBe('')
      }),
      { seed, numRuns: 1_000 },
    )
  })

  it('reads what was printed (any commit)', () => {
    const commits = fc.record({
      v: fc.constant(1 as const),
      id: texts.map((text) => encodeURIComponent(text.toWellFormed())),
      prev: fc.option(texts, { nil: undefined }),
      run_id: texts,
      version: fc.integer({ min: 1 }),
      at_ms: fc.nat(),
      facts,
      rebuild: fc.option(texts, { nil: undefined }),
    })
    fc.assert(
      fc.property(commits, (commit) => {
        const printed = printCommit(commit)
        expect(parseCommit(printed)).toEqual(commit)
        expect(commitIdOf(printed)).toBe(commit.id)
      }),
      { seed, numRuns: 300 },
    )
  })
})

describe('the fold of the journal', { timeout: 60_000 }, () => {
  it('takes any records, and what it gives can be asked for', () => {
    fc.assert(
      fc.property(fc.array(records, { maxLength: 8 }), (values) => {
        const fold = new JournalFold()
        for (const value of values)
          expect([undefined, 'FORMAT_NEWER']).toContain(refusal(() => fold.take(value)))
        for (const run of fold.runs()) {
          expect(run).toEqual(fold.run(run.runId))
          for (const record of run.records) expect(typeof parseCommit(record)).toBe('object')
          if (run.chunks !== undefined) refusal(() => planFromChunks(run.chunks ?? []))
        }
      }),
      { seed, numRuns: 300 },
    )
  })

  it.each([
    '{"v":1,"run_id":"run-1","id":"a","facts":[null]}',
    '{"v":1,"run_id":"run-1","id":"a","facts":[],"part":2,"parts":1}',
    `{"v":1,"run_id":"run-1","chunk":"c","plan":"h","part":1,"parts":${'['.repeat(9_000)}${']'.repeat(9_000)}}`,
  ])('passes over what is half a record, number %#', (value) => {
    const fold = new JournalFold()
    const commit = printCommit(chained('run-1', 1, 0, []))
    for (const one of [value, commit]) fold.take(one)
    expect(fold.run('run-1')).toMatchObject({ records: [commit] })
    expect(fold.chunksOf('run-1', 'h')).toBeUndefined()
  })

  it('gives the commits that were written, also repeated and with anything between them (any chain)', () => {
    fc.assert(
      fc.property(chains, fc.array(fc.nat(4)), records.filter(isForeign), (chain, repeats, between) => {
        const printed = chain.map(printCommit)
        const written = printed.flatMap((text, at) =>
          journalRecords(chain[at] as CommitRecord, text, topic).map(({ value }) => value),
        )
        const again = repeats.map((at) => written.slice(0, at + 1))
        const fold = new JournalFold()
        for (const value of [...written.flatMap((one) => [one, between]), ...again.flat()]) fold.take(value)
        expect(fold.run('run-1')?.records).toEqual(printed)
      }),
      { seed, numRuns: 300 },
    )
  })

  it('puts a commit together again that was too large for one record', () => {
    const result = 'x'.repeat(60_000)
    const fact = { type: 'object-loaded', object_id: 'a', attempt: 1, result } as const
    const commit = chained('run-1', 1, 7, Array(40).fill(fact))
    const parts = journalRecords(commit, printCommit(commit), topic).map(({ value }) => value)
    expect(parts.length).toBeGreaterThan(2)
    fc.assert(
      fc.property(fc.shuffledSubarray(parts, { minLength: parts.length }), (shuffled) => {
        const fold = new JournalFold()
        for (const value of shuffled) fold.take(value)
        expect(fold.run('run-1')?.records).toEqual([printCommit(commit)])
      }),
      { seed, numRuns: 10 },
    )
  })

  it('knows a plan by its chunks in any order, and no plan of which one is missing', () => {
    const plan = planOf(Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`o${index}`, []])))
    const chunks = planChunks(plan, 600)
    const values = planRecords({ runId: 'run-1', hash: 'h', chunks, atMs: 0 }, topic).map(
      ({ value }) => value,
    )
    expect(values.length).toBeGreaterThan(3)
    fc.assert(
      fc.property(fc.shuffledSubarray(values, { minLength: 1 }), (some) => {
        const fold = new JournalFold()
        for (const value of [...some, claimRecord('run-1', 'c', 0, topic).value]) fold.take(value)
        expect(fold.chunksOf('run-1', 'h')).toEqual(some.length === values.length ? chunks : undefined)
      }),
      { seed, numRuns: 200 },
    )
  })
})

describe('the decoder of plan chunks', { timeout: 60_000 }, () => {
  const kept = objectTexts(
    ['id', 'layer', 'level', 'name', 'criticality', 'frequency', 'parents', 'definition'],
    {
      id: ['"a"', '"b"'],
      layer: ['1000', '2000'],
      level: ['0', '1'],
      parents: ['[]', '[0]', '[0.5]', '["0"]'],
      definition: ['{}', '{"a":1}'],
    },
  )
  const chunks = wild(
    fc
      .tuple(
        fc.array(kept, { maxLength: 3 }),
        fc.constantFrom('1', '2', '0', '-1', '9007199254740991'),
        fc.nat(3),
      )
      .map(
        ([objects, parts, part]) =>
          `{"v":1,"plan":"h","part":${part},"parts":${parts},"objects":[${objects}]}`,
      ),
  )

  it('takes any texts: a plan, or a refusal', () => {
    fc.assert(
      fc.property(fc.array(chunks, { maxLength: 4 }), (all) => {
        const read = refusal(() => planFromChunks(all))
        if (typeof read === 'string') expect(refusals).toContain(read)
      }),
      { seed, numRuns: 1_000 },
    )
  })
})

/** Whether a text says nothing of the run of these tests. */
function isForeign(text: string): boolean {
  return !text.includes('run-1')
}
