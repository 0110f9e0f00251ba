// What of an unreadable record reaches the DLQ topic.

import { describe, expect, it } from 'vitest'
import { deadLetter } from '../../../../shared/events/dead-letter.ts'
import { maxRecordBytes } from '../../../../shared/events/event-record.ts'

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

  const reason = { code: 'X', message: '\u20ac'.repeat(2_000) }
  const whole = Buffer.alloc(1_048_400, 'x')
  const bytesOf = ({ key, value, headers }: ReturnType<typeof deadLetter>) =>
    Buffer.byteLength(JSON.stringify([key, headers])) + value.length

  it.each([
    ['a value', { value: whole }],
    ['a key', { key: '\u20ac'.repeat(300_000) }],
    ['headers', { headers: { large: 'x'.repeat(1_000_000) } }],
    [
      'a key, a value and headers',
      { key: 'k'.repeat(9_000), value: whole, headers: { h: 'x'.repeat(90_000) } },
    ],
  ])('cuts %s that would make it too large for a record, and says so', (_, parts) => {
    const letter = deadLetter('dlq', { ...record, ...parts }, reason)
    expect(bytesOf(letter)).toBeLessThanOrEqual(maxRecordBytes)
    expect(letter.headers).toMatchObject({
      dlq_truncated: 'true',
      dlq_size: String({ ...record, ...parts }.value.length),
      dlq_source_offset: '42',
    })
  })

  it('keeps the beginning of a value that is cut, and as much of it as there is room for', () => {
    const { value } = deadLetter('dlq', { ...record, value: whole }, reason)
    expect(value.equals(whole.subarray(0, value.length))).toBe(true)
    expect(value.length).toBeGreaterThan(maxRecordBytes - 20_000)
  })
})
