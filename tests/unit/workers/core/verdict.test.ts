// From what a loader did to what the zone answers.

import { describe, expect, it } from 'vitest'
import { Fault } from '../../../../shared/base/fault.ts'
import { deepestJson, type Json } from '../../../../shared/base/json.ts'
import { longestRetryAfterMs, maxResultBytes } from '../../../../shared/events/answer.ts'
import { type Loaded, verdictOf } from '../../../../workers/core/verdict.ts'
import { readyEvent } from '../../../support/zone-bench.ts'

const ready = readyEvent({ id: '2005', zone: '2-Standardized', run_id: 'r', attempt: 3 })
const loaded = (given: Loaded) => verdictOf(ready, { kind: 'loaded', loaded: given })
const thrown = (error: unknown) => verdictOf(ready, { kind: 'thrown', error })

describe('verdictOf', () => {
  it('answers with what the loader said, under the identity of the attempt', () => {
    expect(loaded({ info: 'ok', result: { rows: 1 } })).toEqual({
      event: 'ObjectLoaded',
      v: 1,
      id: '2005',
      status: 'loaded',
      zone: '2-Standardized',
      info: 'ok',
      run_id: 'r',
      attempt: 3,
      result: { rows: 1 },
    })
    expect(loaded({ info: 'ok' })).not.toHaveProperty('result')
  })

  it('lets the code of a Fault decide whether to try again', () => {
    expect(thrown(new Fault('PRECHECK_FAILED', 'not there yet'))).toEqual({
      event: 'ObjectFailed',
      v: 1,
      id: '2005',
      status: 'failed',
      zone: '2-Standardized',
      info: 'PRECHECK_FAILED: not there yet',
      run_id: 'r',
      attempt: 3,
      error: { code: 'PRECHECK_FAILED', retryable: true, detail: 'not there yet' },
    })
    const error = { code: 'LOADER_REFUSED', retryable: false, detail: 'no' }
    expect(thrown(new Fault('LOADER_REFUSED', 'no'))).toMatchObject({ error })
  })

  it('does not let a loader say that its attempt is lost: the house says that, and announces it anew without a pause', () => {
    expect(thrown(new Fault('ATTEMPT_LOST', 'odd'))).toMatchObject({
      error: { code: 'LOADER_FAILED', retryable: true },
    })
  })

  it('hands on how long a loader asks to be left alone, where another try is made at all', () => {
    const asking = (code: 'LOADER_FAILED' | 'LOADER_REFUSED', retryAfterMs: unknown) => {
      const event = thrown(new Fault(code, 'busy', { detail: { retryAfterMs } }))
      return event.status === 'failed' ? event.error : undefined
    }
    const error = { code: 'LOADER_FAILED', retryable: true, detail: 'busy' }
    expect(asking('LOADER_FAILED', 1_500.2)).toEqual({ ...error, retry_after_ms: 1_501 })
    expect(asking('LOADER_FAILED', 1e12)).toEqual({ ...error, retry_after_ms: longestRetryAfterMs })
    for (const none of [undefined, 0, -1, Number.NaN, '1500']) {
      expect(asking('LOADER_FAILED', none)).toEqual(error)
    }
    expect(asking('LOADER_REFUSED', 1_500)).not.toHaveProperty('retry_after_ms')
  })

  it.each([
    ['an Error', new TypeError('boom'), 'boom'],
    ['a text', 'boom', 'boom'],
    ['nothing', undefined, 'undefined'],
    ['an Error without a message', new Error(''), 'the loader gave no reason'],
    ['an object that is no text', Object.create(null), 'the loader gave no reason'],
  ])('takes %s for a failure that is tried again', (_, error, detail) => {
    expect(thrown(error)).toMatchObject({ error: { code: 'LOADER_FAILED', retryable: true, detail } })
  })

  it('says where an error was thrown, in its own code and without secrets, and no stack of a Fault', () => {
    const stackOf = (error: unknown) => {
      const event = thrown(error)
      return event.status === 'failed' ? event.error.stack : undefined
    }
    const error = new Error('locked')
    error.stack = `Error: locked\n    at read (x.ts:1:2)\n    at node:internal/process\n    at get (http://me:pw@host/)`
    expect(stackOf(error)).toBe('at read (x.ts:1:2)\nat get (http://[redacted]@host/)')
    error.stack = `Error: locked\n${'    at again (x.ts:1:2)\n'.repeat(1_000)}`
    expect(stackOf(error)).toHaveLength(2_001)
    expect([stackOf(new Fault('LOADER_FAILED', 'x')), stackOf('text')]).toEqual([undefined, undefined])
  })

  it('stands errors whose stack is none, or cannot be read', () => {
    const odd = Object.defineProperty(new Error('odd'), 'stack', {
      get: () => {
        throw new Error('no stack')
      },
    })
    const detail = { error: { code: 'LOADER_FAILED', retryable: true, detail: 'odd' } }
    expect(thrown(odd)).toMatchObject(detail)
    expect(thrown(Object.assign(new Error('odd'), { stack: 7 }))).toMatchObject(detail)
    expect(JSON.stringify(thrown(odd))).not.toContain('stack')
  })

  it('takes secrets out of what a loader threw', () => {
    const event = thrown(new Error('cannot reach https://user:hunter2@host/?token=S3CRET'))
    expect(JSON.stringify(event)).not.toMatch(/hunter2|S3CRET/)
  })

  it('carries a result that is just small enough, and refuses one byte more', () => {
    const ofBytes = (bytes: number) => 'é'.repeat((bytes - 2) / 2)
    expect(loaded({ info: '', result: ofBytes(maxResultBytes) }).status).toBe('loaded')
    expect(loaded({ info: '', result: ofBytes(maxResultBytes + 2) })).toMatchObject({
      status: 'failed',
      error: { code: 'RESULT_TOO_LARGE', retryable: false },
    })
  })

  it('carries no result that is nested too deep to be printed everywhere', () => {
    const nested = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels)) as Json
    expect(loaded({ info: '', result: nested(deepestJson) }).status).toBe('loaded')
    const error = {
      code: 'RESULT_TOO_LARGE',
      detail: `the result is nested deeper than ${deepestJson} levels`,
    }
    expect(loaded({ info: '', result: nested(deepestJson + 1) })).toMatchObject({ error })
  })

  it('refuses a result that is no JSON', () => {
    const circle: { self?: unknown } = {}
    circle.self = circle
    for (const result of [circle, () => 1, 1n]) {
      const event = loaded({ info: '', result: result as unknown as Json })
      expect(event).toMatchObject({ error: { code: 'LOADER_REFUSED', retryable: false } })
    }
  })

  it('takes for loaded what a loader without types resolved with', () => {
    for (const given of [undefined, null, {}, { info: 7 }, 'text']) {
      expect(loaded(given as unknown as Loaded)).toMatchObject({ status: 'loaded', info: '' })
    }
  })

  it('cuts texts that would not fit into a record', () => {
    expect(loaded({ info: 'x'.repeat(1_000_000) }).info.length).toBeLessThan(3_000)
    expect(JSON.stringify(thrown(new Error('x'.repeat(1_000_000)))).length).toBeLessThan(10_000)
  })
})
