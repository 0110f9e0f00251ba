// Whatever stands on a topic, the decoders of events say what it is, and never throw.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isDeeperThan, type Json } from '../../../../shared/base/json.ts'
import { zoneLabels } from '../../../../shared/base/layer.ts'
import { objectIdOf } from '../../../../shared/base/object-id.ts'
import { type Answer, longestRetryAfterMs, parseAnswer } from '../../../../shared/events/answer.ts'
import { deadLetter } from '../../../../shared/events/dead-letter.ts'
import { maxRecordBytes } from '../../../../shared/events/event-record.ts'
import { parseReady, type ReadyEvent } from '../../../../shared/events/ready.ts'
import { verdictOf } from '../../../../workers/core/verdict.ts'
import { objectTexts, seed, wild } from '../../../support/wild-texts.ts'
import { readyEvent } from '../../../support/zone-bench.ts'

const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as Json)
const ids = fc
  .string({ minLength: 1, unit: 'binary' })
  .map(objectIdOf)
  .filter((id) => id !== undefined)
const texts = fc.string({ minLength: 1, unit: 'binary' })

const answers = wild(
  objectTexts(['id', 'run_id', 'status', 'attempt', 'info', 'result', 'error', 'error'], {
    id: ['"1001"', '1001'],
    run_id: ['"r"'],
    status: ['"loaded"', '"failed"'],
    error: ['{"code":"X","retry_after_ms":1e999}', '{"retryable":false,"retry_after_ms":-1}'],
  }),
)
const readies = wild(
  objectTexts(
    ['attempt', 'ts', 'tenant', 'inputs', 'inputs_omitted', 'object', 'timeout_ms', 'deadline_ms'],
    {
      id: ['"1001"', '1001'],
      run_id: ['"r"'],
      zone: zoneLabels.map((label) => JSON.stringify(label)),
    },
  ),
)

/** What everybody behind the decoder relies on. */
function expectSound(answer: Answer): void {
  expect(answer.runId).not.toBe('')
  expect(answer.objectId).not.toBe('')
  expect(answer.attempt === undefined || (Number.isSafeInteger(answer.attempt) && answer.attempt > 0)).toBe(
    true,
  )
  if (answer.kind === 'loaded') return void expect(isDeeperThan(64, answer.result)).toBe(false)
  const { code, retryable, detail, retry_after_ms = 1 } = answer.error
  expect([typeof code, typeof retryable, typeof detail]).toEqual(['string', 'boolean', 'string'])
  expect(Number.isSafeInteger(retry_after_ms) && retry_after_ms > 0).toBe(true)
  expect(retry_after_ms).toBeLessThanOrEqual(longestRetryAfterMs)
}

describe('the decoder of answers', { timeout: 60_000 }, () => {
  it.each(['loaded', 'failed'] as const)(
    'takes any text on the %s topic: an answer that is sound, or a reason',
    (topic) => {
      fc.assert(
        fc.property(answers, (text) => {
          const parsed = parseAnswer(text, topic)
          if (!parsed.ok) return void expect(parsed.reason).not.toBe('')
          expectSound(parsed.value)
          // Whoever keeps it must be able to print it.
          expect(() => JSON.stringify(parsed.value)).not.toThrow()
        }),
        { seed, numRuns: 1_000 },
      )
    },
  )

  it('reads what a zone of ours prints as what was meant (any load)', () => {
    const outcomes = fc.record({
      id: ids,
      runId: texts,
      attempt: fc.integer({ min: 1 }),
      info: texts,
      result: json,
    })
    fc.assert(
      fc.property(outcomes, ({ id, runId, attempt, info, result }) => {
        const ready = readyEvent({ id, run_id: runId, attempt })
        const event = verdictOf(ready, { kind: 'loaded', loaded: { info, result } })
        expect(parseAnswer(JSON.stringify(event), 'loaded')).toEqual({
          ok: true,
          value: { kind: 'loaded', runId, objectId: id, attempt, info, result },
        })
      }),
      { seed, numRuns: 300 },
    )
  })
})

describe('the decoder of Ready events', { timeout: 60_000 }, () => {
  it('takes any text: an event, or a reason', () => {
    fc.assert(
      fc.property(readies, (text) => {
        const parsed = parseReady(text)
        if (!parsed.ok) return void expect(parsed.reason).not.toBe('')
        expect([parsed.value.run_id, parsed.value.id]).not.toContain('')
        expect(zoneLabels).toContain(parsed.value.zone)
        expect((parsed.value.inputs_omitted ?? []).every((id) => typeof id === 'string')).toBe(true)
      }),
      { seed, numRuns: 1_000 },
    )
  })

  it('reads what the orchestrator prints as what was meant (any event)', () => {
    const objects = fc.dictionary(texts, json).map((value) => JSON.parse(JSON.stringify(value)))
    const spans = fc.option(fc.integer({ min: 0 }))
    const events: fc.Arbitrary<ReadyEvent> = fc.record(
      {
        event: fc.constant('ObjectReady' as const),
        id: ids,
        zone: fc.constantFrom(...zoneLabels),
        name: fc.option(texts),
        run_id: texts,
        attempt: fc.integer({ min: 1 }),
        ts: fc.integer({ min: 0 }),
        tenant: texts,
        workflow: texts,
        business_date: texts,
        object: objects,
        inputs: objects,
        inputs_omitted: fc.array(ids),
        timeout_ms: spans,
        deadline_ms: spans,
      },
      {
        requiredKeys: [
          ...([
            'event',
            'id',
            'zone',
            'name',
            'run_id',
            'attempt',
            'ts',
            'tenant',
            'object',
            'inputs',
          ] as const),
          ...(['timeout_ms', 'deadline_ms'] as const),
        ],
      },
    )
    fc.assert(
      fc.property(events, (event) => {
        expect(parseReady(JSON.stringify(event))).toEqual({ ok: true, value: event })
      }),
      { seed, numRuns: 300 },
    )
  })
})

describe('a dead letter', { timeout: 60_000 }, () => {
  it('fits into a record and says where it comes from (any record, any reason)', () => {
    const lengths = fc.constantFrom(0, 1, 3_000, 10_001, 400_000)
    const long = fc
      .tuple(fc.constantFrom('x', 'é', '€', '😀', '\u0000'), lengths)
      .map(([one, count]) => one.repeat(count))
    const records = fc.record({
      topic: texts,
      partition: fc.nat(),
      offset: fc.nat().map(String),
      key: fc.option(fc.oneof(texts, long)),
      value: fc.option(
        fc.oneof(
          fc.uint8Array().map((bytes) => Buffer.from(bytes)),
          long.map((text) => Buffer.from(text)),
        ),
      ),
      headers: fc.dictionary(texts, fc.oneof(texts, long), { maxKeys: 3 }),
    })
    fc.assert(
      fc.property(records, fc.oneof(texts, long), (record, message) => {
        const letter = deadLetter('dlq', record, { code: 'EVENT_UNREADABLE', message })
        const headerBytes = Object.entries(letter.headers).reduce(
          (sum, [name, text]) => sum + Buffer.byteLength(name) + Buffer.byteLength(text),
          0,
        )
        expect(Buffer.byteLength(letter.key) + letter.value.length + headerBytes).toBeLessThanOrEqual(
          maxRecordBytes,
        )
        expect(letter.headers).toMatchObject({
          dlq_source_topic: record.topic,
          dlq_source_partition: String(record.partition),
          dlq_source_offset: record.offset,
          dlq_code: 'EVENT_UNREADABLE',
        })
        const given = record.value ?? Buffer.alloc(0)
        expect(given.subarray(0, letter.value.length).equals(letter.value)).toBe(true)
        if (letter.headers.dlq_truncated === undefined) {
          expect(letter.value.length).toBe(given.length)
          expect(letter.headers).toMatchObject(record.headers)
        }
      }),
      { seed, numRuns: 300 },
    )
  })
})
