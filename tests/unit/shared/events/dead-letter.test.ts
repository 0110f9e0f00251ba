// What of an unreadable record reaches the DLQ topic.

import { describe, expect, it } from 'vitest'
import { deadLetter } from '../../../../shared/events/dead-letter.ts'

const record = {
  topic: 'loaded',
  partition: 3,
  offset: '42',
  key: 'run',
  value: Buffer.from([0xff]),
  headers: { ce_id: 'a' },
}

describe('deadLetter', () => {
  it('keeps key, bytes and headers, and adds place and reason', () => {
    expect(deadLetter('dlq', record, { code: 'EVENT_UNREADABLE', message: 'no id' })).toEqual({
      topic: 'dlq',
      key: 'run',
      value: Buffer.from([0xff]),
      headers: {
        ce_id: 'a',
        dlq_source_topic: 'loaded',
        dlq_source_partition: '3',
        dlq_source_offset: '42',
        dlq_reason: 'no id',
        dlq_code: 'EVENT_UNREADABLE',
      },
    })
  })

  it('makes a letter of a record without key and value', () => {
    const letter = deadLetter('dlq', { ...record, key: null, value: null }, { code: 'X', message: 'empty' })
    expect(letter).toMatchObject({ key: '', value: Buffer.alloc(0) })
  })

  it('cuts a reason that is too long for a header', () => {
    const letter = deadLetter('dlq', record, { code: 'X', message: 'x'.repeat(1_000_000) })
    expect(letter.headers.dlq_reason).toHaveLength(1_000)
  })
})
