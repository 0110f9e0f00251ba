// Whatever stands on the DLQ topic, the queue can be read: it is where the poison is.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DeadLetterFold } from '../../../../../orchestrator/core/dlq/dead-letter-fold.ts'
import { letterCategories } from '../../../../../orchestrator/core/dlq/letter-category.ts'
import { jsonOf, type LetterRecord, letterOf } from '../../../../../orchestrator/core/dlq/letter-record.ts'
import {
  deadLetterDetailOf,
  deadLetterListOf,
} from '../../../../../orchestrator/http/dead-letter-resource-of.ts'
import { deadLetter } from '../../../../../shared/events/dead-letter.ts'
import { objectTexts, seed, wild } from '../../../../support/wild-texts.ts'

const objects = objectTexts(
  ['error', 'attempt', 'category', 'first_at_ms', 'zone', 'resolved', 'by', 'at_ms', 'source', 'reason'],
  {
    run_id: ['"r"'],
    id: ['"1001"', '1001'],
    status: ['"failed"'],
    error: ['{"code":"X","retryable":false}', '{"code":{"toString":1},"detail":[]}', '{"stack":7}'],
  },
)
const resolutions = objectTexts(['by', 'at_ms', 'reason', 'source'], {
  event: ['"DeadLetterResolved"'],
  resolved: ['"retried"', '"discarded"', '"other"'],
  run_id: ['"r"'],
  id: ['"1001"'],
  source: ['{"topic":"t","partition":0,"offset":"1"}', '{"topic":{"toString":1}}'],
})
const values = wild(fc.oneof(objects, resolutions)).map((text) => Buffer.from(text))

/** A record that a program of the house, or somebody else, put there. */
const records: fc.Arbitrary<Omit<LetterRecord, 'offset'>> = fc
  .tuple(values, fc.boolean(), fc.constantFrom('0', '1', 'x'))
  .map(([value, isBuried, offset]) => {
    if (!isBuried) return { partition: 0, value, headers: {} }
    const record = { topic: 't', partition: 0, offset, key: null, value, headers: {} }
    return { partition: 0, ...deadLetter('dlq', record, { code: 'EVENT_UNREADABLE', message: 'no id' }) }
  })

describe('the fold of the dead letter queue', { timeout: 60_000 }, () => {
  it('takes any records, and what it gives can be shown (any topic)', () => {
    fc.assert(
      fc.property(fc.array(records, { maxLength: 10 }), (all) => {
        const fold = new DeadLetterFold()
        for (const [place, one] of all.entries()) {
          const record = { ...one, offset: String(place) }
          fold.take(record)
          const letter = letterOf(record, jsonOf(record))
          if (letter !== undefined) expect(() => JSON.stringify(deadLetterDetailOf(letter))).not.toThrow()
        }
        const entries = [...fold.entries()]
        for (const entry of entries) {
          expect(fold.get(entry.id)).toBe(entry)
          expect(letterCategories).toContain(entry.category)
          expect([typeof entry.code, typeof entry.message]).toEqual(['string', 'string'])
          expect(Number.isSafeInteger(entry.attempts) && entry.attempts > 0).toBe(true)
        }
        expect(() => JSON.stringify(deadLetterListOf(entries, 10))).not.toThrow()
      }),
      { seed, numRuns: 300 },
    )
  })
})
