// The zones learn which attempts nobody wants any more, in batches, and however often the ledger is away.

import { beforeEach, describe, expect, it } from 'vitest'
import type { RunFact } from '../../../../orchestrator/core/run/run-fact.ts'
import type { RunInput } from '../../../../orchestrator/core/run/run-input.ts'
import { AttemptRevoker, type GivenUp } from '../../../../orchestrator/services/attempt-revoker.ts'
import { VirtualClock } from '../../../../shared/adapters/memory/virtual-clock.ts'
import { planOf } from '../../../support/plan-of.ts'
import { recordingLogger } from '../../../support/recording-logger.ts'
import { open, runAfter } from '../../../support/run-spec.ts'
import { Strikes } from '../../../support/strikes.ts'

let clock: VirtualClock
let calls: Strikes
let revoked: (readonly GivenUp[])[]

beforeEach(() => {
  clock = new VirtualClock()
  calls = new Strikes()
  revoked = []
})

function revoker() {
  const leases = {
    revoke: (attempts: readonly GivenUp[]) => calls.call(async () => void revoked.push(attempts)),
  }
  return new AttemptRevoker({ leases, clock, random: () => 0.5, logger: recordingLogger() })
}

const plan = planOf({ o: [] })
const run = runAfter(plan, [open()])
const dated = runAfter(plan, [{ ...open(), businessDate: '2026-11-21' } as RunInput])
const error = { code: 'ATTEMPT_LOST', retryable: true, detail: '' }
const cancelled = (object_id: string, attempt?: number): RunFact => ({
  type: 'object-cancelled',
  object_id,
  ...(attempt === undefined ? {} : { attempt }),
})
const names = () => revoked.flat().map(({ objectId, attempt }) => `${objectId}#${attempt}`)

describe('the revoker of attempts', () => {
  it('revokes what was cancelled, marked or skipped by hand, or given up while it was out', async () => {
    const recorder = revoker()
    recorder.record(run, {
      facts: [
        cancelled('cancelled', 2),
        { type: 'object-marked-loaded', object_id: 'marked', attempt: 3, by: 'ada' },
        { type: 'object-skipped', object_id: 'skipped', attempt: 1, by: 'ada' },
        { type: 'object-failed', object_id: 'late', attempt: 4, error, given_up: 'timed-out' },
        {
          type: 'object-retry-scheduled',
          object_id: 'lost',
          attempt: 5,
          due_at_ms: 0,
          error,
          given_up: 'lost',
        },
        { type: 'late-result-accepted', object_id: 'accepted', attempt: 1, given_up_attempt: 6, by: 'ada' },
      ],
    })
    await recorder.drained()
    expect(names()).toEqual(['cancelled#2', 'marked#3', 'skipped#1', 'late#4', 'lost#5', 'accepted#6'])
    expect(revoked.flat().map(({ runId }) => runId)).toEqual(Array(6).fill('run-1'))
  })

  it('says in which group the run shares builds: it may not be in memory when the ledger answers', async () => {
    const recorder = revoker()
    recorder.record(run, { facts: [cancelled('1', 1)] })
    recorder.record(dated, { facts: [cancelled('2', 1)] })
    await recorder.drained()
    expect(revoked.flat().map(({ group }) => group)).toEqual([undefined, '2026-11-21 default'])
  })

  it('leaves alone what was not out, and what was answered', async () => {
    const recorder = revoker()
    recorder.record(run, {
      facts: [
        cancelled('waiting'),
        { type: 'object-skipped', object_id: 'waiting', by: 'ada' },
        { type: 'object-failed', object_id: 'failed', attempt: 1, error },
        { type: 'object-loaded', object_id: 'loaded', attempt: 1 },
      ],
    })
    await recorder.drained()
    expect(calls.calls).toBe(0)
  })

  it('has one call on its way, and what comes meanwhile is the next', async () => {
    const recorder = revoker()
    const release = calls.hold()
    recorder.record(run, { facts: [cancelled('1', 1)] })
    await clock.advance(0)
    recorder.record(run, { facts: [cancelled('2', 1)] })
    recorder.record(run, { facts: [cancelled('3', 1)] })
    await clock.advance(0)
    expect(calls.calls).toBe(1)
    release()
    await recorder.drained()
    expect(revoked.map((batch) => batch.length)).toEqual([1, 2])
  })

  it('cuts what is more than a call should carry', async () => {
    const recorder = revoker()
    recorder.record(run, { facts: Array.from({ length: 2_500 }, (_, index) => cancelled(`${index}`, 1)) })
    await recorder.drained()
    expect(revoked.map((batch) => batch.length)).toEqual([1_000, 1_000, 500])
  })

  it.each(['before', 'after'] as const)('repeats a call that failed (%s its effect)', async (when) => {
    const recorder = revoker()
    calls[when](3)
    recorder.record(run, { facts: [cancelled('1', 1)] })
    await clock.advance(10_000)
    expect([calls.calls, names().at(-1)]).toEqual([4, '1#1'])
  })

  it('gives up at a stop what the ledger does not take, and waits for no time', async () => {
    const recorder = revoker()
    calls.begin()
    recorder.record(run, { facts: [cancelled('1', 1)] })
    await clock.advance(1_000)
    await recorder.stop()
    await recorder.stop()
    expect([revoked, clock.waiting]).toEqual([[], 0])
  })
})
