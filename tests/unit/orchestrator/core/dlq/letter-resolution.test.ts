// What became of a dead letter, as a record of the DLQ topic.

import { describe, expect, it } from 'vitest'
import { objectResolution, recordResolution } from '../../../../../orchestrator/core/dlq/letter-resolution.ts'

const by = { resolved: 'retried', by: 'ada', reason: 'mended', atMs: 9 } as const

describe('what became of the letter of an object', () => {
  it('goes to the partition of the letter, and names run, object and commit', () => {
    const { topic, key, value } = objectResolution(
      'dlq',
      { runId: 'r', objectId: '1' },
      { ...by, version: 4 },
    )
    expect([topic, key]).toEqual(['dlq', 'r'])
    expect(JSON.parse(value)).toEqual({
      ...{ event: 'DeadLetterResolved', v: 1, resolved: 'retried', by: 'ada', reason: 'mended' },
      ...{ at_ms: 9, version: 4, run_id: 'r', id: '1' },
    })
  })

  it('is the same event when it is sent again, and another one the next time', () => {
    const idOf = (version: number) =>
      objectResolution('dlq', { runId: 'r', objectId: '1' }, { ...by, version }).headers.ce_id
    expect(idOf(4)).toBe(idOf(4))
    expect(idOf(4)).not.toBe(idOf(7))
  })
})

describe('what became of the letter of a record', () => {
  it('goes where its letter went, and names the place of the record', () => {
    const source = { topic: 'loaded', partition: 3, offset: '18' }
    const { key, value, headers } = recordResolution('dlq', { source, key: 'k' }, by)
    expect(key).toBe('k')
    expect(JSON.parse(value)).toMatchObject({ resolved: 'retried', source })
    expect(headers.dlq_source_topic).toBeUndefined()
  })
})
