// A Ready event as any sender may write it.

import { describe, expect, it } from 'vitest'
import { parseReady } from '../../../../shared/events/ready.ts'
import { readyEvent } from '../../../support/zone-bench.ts'

describe('a Ready event', () => {
  it('is read as it was written', () => {
    const event = readyEvent({
      name: 'Customers',
      attempt: 3,
      ts: 5,
      tenant: 'acme',
      object: { URL: 'http://x' },
      inputs: { '1001': { rows: 3 } },
      inputs_omitted: ['1002'],
      deadline_ms: 7,
    })
    expect(parseReady(JSON.stringify(event))).toEqual({ ok: true, value: event })
  })

  it('needs id, run_id and zone; all else has a default', () => {
    const text = '{"id":"0012","run_id":"r","zone":"2-Standardized","more":1}'
    expect(parseReady(text)).toEqual({
      ok: true,
      value: readyEvent({ id: '12', run_id: 'r', zone: '2-Standardized' }),
    })
  })

  it('takes a field of the wrong kind for a missing one', () => {
    const odd = { attempt: 'x', ts: 'x', tenant: 1, object: 1, inputs: [], deadline_ms: 'x', name: 1 }
    const text = JSON.stringify({ id: 1, run_id: 'r', zone: '1-Raw', ...odd })
    expect(parseReady(text)).toEqual({ ok: true, value: readyEvent({ id: '1', run_id: 'r' }) })
  })

  it('leaves out of the omitted inputs what is no id, however deep it is', () => {
    const deep = '['.repeat(20_000) + ']'.repeat(20_000)
    const text = `{"id":1,"run_id":"r","zone":"1-Raw","inputs_omitted":["1001",7,${deep}]}`
    expect(parseReady(text)).toMatchObject({ ok: true, value: { inputs_omitted: ['1001'] } })
  })

  it.each([
    ['', 'not a JSON object'],
    ['[]', 'not a JSON object'],
    ['{"run_id":"r","zone":"1-Raw"}', 'no id'],
    ['{"id":1,"zone":"1-Raw"}', 'no run_id'],
    ['{"id":1,"run_id":"","zone":"1-Raw"}', 'no run_id'],
    ['{"id":1,"run_id":"r"}', 'zone is none of 1-Raw, 2-Standardized, 3-Application'],
  ])('%j is none: %s', (text, reason) => {
    expect(parseReady(text)).toEqual({ ok: false, reason })
  })
})
