// What a zone answers, however little of it a foreign worker says.

import { describe, expect, it } from 'vitest'
import {
  type Answer,
  type FailedAnswer,
  longestRetryAfterMs,
  maxResultBytes,
  parseAnswer,
} from '../../../../shared/events/answer.ts'

function read(fields: object, topic: 'loaded' | 'failed' = 'loaded'): Answer {
  const parsed = parseAnswer(JSON.stringify({ id: 1001, run_id: 'run-1', ...fields }), topic)
  if (!parsed.ok) throw new Error(parsed.reason)
  return parsed.value
}

describe('an answer', () => {
  it('needs id and run_id and nothing else', () => {
    expect(read({})).toEqual({
      kind: 'loaded',
      runId: 'run-1',
      objectId: '1001',
      attempt: undefined,
      info: undefined,
      result: undefined,
    })
  })

  it('carries what it says, and unknown fields do no harm', () => {
    expect(
      read({ attempt: 2, info: 'fine', result: { rows: 3 }, status: 'loaded', more: [1] }),
    ).toMatchObject({
      attempt: 2,
      info: 'fine',
      result: { rows: 3 },
    })
  })

  it.each([0, -1, 1.5, 'x', '', true, {}])(
    'refuses the attempt %j: only one that is not there means the current one',
    (attempt) => {
      const answer = parseAnswer(JSON.stringify({ id: '1', run_id: 'r', attempt }), 'loaded')
      expect(answer).toEqual({ ok: false, reason: 'attempt is no whole number from 1' })
    },
  )

  it.each([
    [2, 2],
    ['2', 2],
    [null, undefined],
  ])('with the attempt %j means %j (undefined: the current one)', (attempt, meant) => {
    expect(read({ attempt }).attempt).toBe(meant)
  })

  it('keeps a result of null, which is a result', () => {
    expect(read({ result: null })).toMatchObject({ kind: 'loaded', result: null })
  })

  it.each([
    ['', 'not a JSON object'],
    ['nonsense', 'not a JSON object'],
    ['"text"', 'not a JSON object'],
    ['{"run_id":"r"}', 'no id'],
    ['{"id":"","run_id":"r"}', 'no id'],
    ['{"id":1}', 'no run_id'],
    ['{"id":1,"run_id":""}', 'no run_id'],
    ['{"id":1,"run_id":7}', 'no run_id'],
    ['{"id":1,"run_id":"r","status":"done"}', 'status is neither "loaded" nor "failed"'],
  ])('%j is none: %s', (text, reason) => {
    expect(parseAnswer(text, 'loaded')).toEqual({ ok: false, reason })
  })
})

describe('a failure', () => {
  it('is said by the status on either topic, and by the failed topic whatever the status', () => {
    expect(read({ status: 'failed' }, 'loaded').kind).toBe('failed')
    expect(read({ status: 'loaded' }, 'failed').kind).toBe('failed')
    expect(read({ status: 'odd' }, 'failed').kind).toBe('failed')
    expect(read({}, 'failed').kind).toBe('failed')
  })

  it('is retryable unless the zone says that it is not', () => {
    const retryable = (error: unknown) => read({ error }, 'failed')
    expect(retryable({ retryable: false })).toMatchObject({ error: { retryable: false } })
    for (const error of [{}, { retryable: true }, { retryable: 'no' }, 'text', null]) {
      expect(retryable(error)).toMatchObject({ error: { retryable: true } })
    }
  })

  it.each([
    [30_000, 30_000],
    [0.5, 1],
    [1e300, longestRetryAfterMs],
    [0, undefined],
    [-5, undefined],
    ['30000', undefined],
    [null, undefined],
  ])('may ask to be tried again not before %j ms, which are taken for %j', (wish, taken) => {
    const failure = read({ error: { retry_after_ms: wish } }, 'failed') as FailedAnswer
    expect(failure.error.retry_after_ms).toBe(taken)
  })

  it('asks for no time where another try is useless', () => {
    const error = { retryable: false, retry_after_ms: 30_000 }
    expect((read({ error }, 'failed') as FailedAnswer).error).not.toHaveProperty('retry_after_ms')
  })

  it('takes its reason from the error, else from the text of error, else from info', () => {
    const failure = (fields: object) => read(fields, 'failed')
    expect(failure({ error: { code: 'C', detail: 'd' }, info: 'i' })).toMatchObject({
      error: { code: 'C', detail: 'd' },
    })
    expect(failure({ error: 'text', info: 'i' })).toMatchObject({
      error: { code: 'LOADER_FAILED', detail: 'text' },
    })
    expect(failure({ info: 'i' })).toMatchObject({ error: { detail: 'i' } })
    expect(failure({})).toMatchObject({ error: { detail: 'the zone gave no reason' } })
  })
})

describe('sizes', () => {
  it(`a result of ${maxResultBytes} bytes of JSON is carried on, one more is a failure that no retry helps`, () => {
    expect(read({ result: 'x'.repeat(maxResultBytes - 2) }).kind).toBe('loaded')
    expect(read({ result: 'x'.repeat(maxResultBytes - 1), attempt: 3 })).toMatchObject({
      kind: 'failed',
      attempt: 3,
      error: { code: 'RESULT_TOO_LARGE', retryable: false },
    })
    expect(read({ result: 'é'.repeat(maxResultBytes / 2) }).kind).toBe('failed')
  })

  it.each([65, 20_000])('a result of %i lists in each other is a failure that no retry helps', (depth) => {
    const nested = (levels: number) =>
      `{"id":1,"run_id":"r","result":${'['.repeat(levels)}${']'.repeat(levels)}}`
    expect(parseAnswer(nested(64), 'loaded')).toMatchObject({ ok: true, value: { kind: 'loaded' } })
    expect(parseAnswer(nested(depth), 'loaded')).toMatchObject({
      ok: true,
      value: {
        kind: 'failed',
        error: { code: 'RESULT_TOO_LARGE', detail: 'the result is nested deeper than 64 levels' },
      },
    })
  })

  it('the stack of an error is cut off after its first frames', () => {
    const error = { code: 'X', stack: 'at a (a.ts:1:1)\n'.repeat(1_000) }
    const answer = parseAnswer(JSON.stringify({ id: '1', run_id: 'r', error }), 'failed')
    const stack = answer.ok && answer.value.kind === 'failed' ? answer.value.error.stack : undefined
    expect(stack).toHaveLength(2_001)
  })

  it('texts are cut off, so that no answer makes a commit or a dead letter too large for its topic', () => {
    const long = 'x'.repeat(500_000)
    expect(read({ info: long }).info).toBe(`${'x'.repeat(8_000)}…`)
    expect(read({ info: 'x'.repeat(8_000) }).info).toHaveLength(8_000)
    const { error } = read({ error: { code: long, detail: long } }, 'failed') as FailedAnswer
    expect([error.code.length, error.detail.length]).toEqual([8_001, 8_001])
  })
})
