// Which ends of loads speak against the service they were about.

import { describe, expect, it } from 'vitest'
import { Fault } from '../../../../shared/base/fault.ts'
import { wordOfAbort, wordOfError } from '../../../../workers/core/target-word.ts'

describe('a load that throws', () => {
  it.each([
    ['LOADER_FAILED', new Fault('LOADER_FAILED', 'answered 503')],
    ['another retryable fault', new Fault('STORE_UNAVAILABLE', 'answered 503')],
    ['an error without a code', new Error('answered 503')],
  ])('speaks against its target: %s', (_, error) => {
    expect(wordOfError(error)).toEqual({ kind: 'fails', reason: 'answered 503' })
  })

  it.each([
    new Fault('LOADER_REFUSED', 'answered 404'),
    new Fault('PRECHECK_FAILED', 'not complete'),
    new Fault('NO_LOADER', 'spark'),
  ])('shows that its target answers: %s', (fault) => {
    expect(wordOfError(fault)).toEqual({ kind: 'answers' })
  })
})

describe('a load that is told to give up', () => {
  it('speaks against its target when its time is over, and else of nothing', () => {
    expect(wordOfAbort(new Error('deadline'))).toMatchObject({ kind: 'fails' })
    for (const reason of [new Error('lease-lost'), new Error('leaving'), undefined, 'deadline'])
      expect(wordOfAbort(reason)).toEqual({ kind: 'nothing' })
  })
})
