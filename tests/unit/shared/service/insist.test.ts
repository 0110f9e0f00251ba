// The one retry loop of the house: until it works, or nobody wants it any more.

import { beforeEach, describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../../shared/adapters/memory/virtual-clock.ts'
import { Fault, isRetryable } from '../../../../shared/base/fault.ts'
import { insist } from '../../../../shared/service/insist.ts'
import { type RecordingLogger, recordingLogger } from '../../../support/recording-logger.ts'
import { Strikes } from '../../../support/strikes.ts'

let clock: VirtualClock
let logger: RecordingLogger
let strikes: Strikes
let given: AbortController

beforeEach(() => {
  clock = new VirtualClock()
  logger = recordingLogger()
  strikes = new Strikes()
  given = new AbortController()
})

function begin(chance = 0.5) {
  const { signal } = given
  const persistence = { clock, logger, random: () => chance, signal, worthwhile: isRetryable }
  const result = { outcome: undefined as string | undefined, error: undefined as unknown }
  const action = () => strikes.call(async () => 'done')
  void insist('do it', action, persistence).then(
    (outcome) => {
      result.outcome = outcome
    },
    (error) => {
      result.error = error
    },
  )
  return result
}

describe('insisting', () => {
  it('gives the outcome at once when all is well, and says nothing', async () => {
    const result = begin()
    await clock.advance(0)
    expect([result.outcome, strikes.calls, logger.lines.length]).toEqual(['done', 1, 0])
  })

  it('tries again what is worthwhile, and logs each failure with its number', async () => {
    strikes.before(2)
    const result = begin()
    await clock.advance(1_000)
    expect([result.outcome, strikes.calls]).toEqual(['done', 3])
    expect(logger.lines.map(({ message, fields }) => [message, fields.failures])).toEqual([
      ['cannot do it, trying again', 1],
      ['cannot do it, trying again', 2],
    ])
    expect(logger.lines[0]).toMatchObject({ level: 'warn', fields: { error: 'struck before the effect' } })
  })

  it('waits longer after each failure, from 50 ms to 5 s and no longer', async () => {
    strikes.begin()
    begin(1)
    const waits: number[] = []
    for (let calls = 1; calls <= 10; calls++) {
      const beganAtMs = clock.nowMs()
      await clock.runUntil(() => strikes.calls > calls)
      waits.push(clock.nowMs() - beganAtMs)
    }
    expect(waits).toEqual([50, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000])
  })

  it('throws what is not worthwhile at once', async () => {
    strikes.before(1, 'STORE_REFUSED')
    const result = begin()
    await clock.advance(0)
    expect(result.error).toMatchObject({ code: 'STORE_REFUSED' })
    expect([strikes.calls, logger.lines.length]).toEqual([1, 0])
  })

  it('throws an error that is no fault: nobody knows what it did', async () => {
    const { signal } = given
    const persistence = { clock, logger, random: () => 0, signal, worthwhile: isRetryable }
    await expect(insist('x', () => Promise.reject(new Error('odd')), persistence)).rejects.toThrow('odd')
  })

  it('stops in the middle of a wait when nobody wants it any more', async () => {
    strikes.begin()
    const result = begin()
    await clock.advance(60_000)
    const { calls } = strikes
    given.abort()
    await clock.advance(0)
    expect([result.outcome, strikes.calls, clock.waiting]).toEqual(['stopped', calls, 0])
  })

  it('does not begin when nobody wanted it in the first place', async () => {
    given.abort()
    const result = begin()
    await clock.advance(0)
    expect([result.outcome, strikes.calls]).toEqual(['stopped', 0])
  })

  it('gives the outcome of a call that was under way when it was stopped', async () => {
    const release = strikes.hold()
    const result = begin()
    given.abort()
    await clock.advance(0)
    expect(result.outcome).toBeUndefined()
    release()
    await clock.advance(0)
    expect(result.outcome).toBe('done')
  })

  it('calls it stopped when that call fails, also for a reason that passes', async () => {
    strikes.first(async () => {
      given.abort()
      throw new Fault('STORE_UNAVAILABLE', 'away')
    })
    const result = begin()
    await clock.advance(0)
    expect([result.outcome, clock.waiting]).toEqual(['stopped', 0])
  })
})
