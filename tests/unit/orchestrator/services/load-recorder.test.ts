// The load registry learns of every load: a link or a frequency that is added tomorrow asks for those of today.

import { beforeEach, describe, expect, it } from 'vitest'
import { MemoryLoadRegistry } from '../../../../orchestrator/adapters/memory/memory-load-registry.ts'
import { evolve } from '../../../../orchestrator/core/run/evolve.ts'
import { Run } from '../../../../orchestrator/core/run/run.ts'
import type { RunFact } from '../../../../orchestrator/core/run/run-fact.ts'
import { LoadRecorder } from '../../../../orchestrator/services/load-recorder.ts'
import { VirtualClock } from '../../../../shared/adapters/memory/virtual-clock.ts'
import type { Json } from '../../../../shared/base/json.ts'
import { chained } from '../../../support/chained.ts'
import { planOf } from '../../../support/plan-of.ts'
import { recordingLogger } from '../../../support/recording-logger.ts'
import { patient } from '../../../support/replica-bench.ts'
import { runAfter } from '../../../support/run-spec.ts'
import { Strikes } from '../../../support/strikes.ts'

const plan = planOf({
  daily: { parents: [], frequency: '0 8 * * *' },
  dated: { parents: [], lastRunAtMs: 5 },
  plain: [],
})

let clock: VirtualClock
let registry: MemoryLoadRegistry
let remember: Strikes
let recorder: LoadRecorder

beforeEach(() => {
  clock = new VirtualClock()
  registry = new MemoryLoadRegistry()
  remember = new Strikes()
  const struck = {
    remember: (...given: Parameters<MemoryLoadRegistry['remember']>) =>
      remember.call(() => registry.remember(...given)),
  }
  recorder = new LoadRecorder({ registry: struck, clock, random: () => 0.5, logger: recordingLogger() })
})

const loaded = (object_id: string, result?: Json): RunFact => ({
  type: 'object-loaded',
  object_id,
  attempt: 1,
  ...(result === undefined ? {} : { result }),
})

function record(atMs: number, facts: readonly RunFact[], tenant = 'acme'): void {
  const run = runAfter(plan, [{ kind: 'open', tenant, policy: patient, reused: [] }])
  recorder.record(run, chained(run.id, 2, atMs, facts))
}

const known = async (tenant = 'acme') => [
  ...(await registry.lastLoads(tenant, ['daily', 'dated', 'plain'])).values(),
]

describe('the load recorder', () => {
  it('remembers the loads of all objects, with instant, result and tenant', async () => {
    record(100, [loaded('daily', { rows: 3 }), loaded('dated'), loaded('plain')])
    record(100, [loaded('daily')], 'other')
    await recorder.drained()
    expect(await known()).toEqual([
      { objectId: 'daily', loadedAtMs: 100, result: { rows: 3 } },
      { objectId: 'dated', loadedAtMs: 100 },
      { objectId: 'plain', loadedAtMs: 100 },
    ])
    expect(await known('other')).toHaveLength(1)
  })

  it('keeps the newer load of an object where the older one is told later, also while both wait', async () => {
    const held = remember.hold()
    record(1, [loaded('dated')])
    record(101, [loaded('daily', 'new')])
    record(100, [loaded('daily', 'old')])
    held()
    await recorder.drained()
    expect(await known()).toEqual([
      { objectId: 'daily', loadedAtMs: 101, result: 'new' },
      { objectId: 'dated', loadedAtMs: 1 },
    ])
  })

  it('does not take a reuse, a failure or an end for a load', async () => {
    const error = { code: 'NO', retryable: false, detail: '' }
    record(100, [
      { type: 'object-reused', object_id: 'daily', loaded_at_ms: 5 },
      { type: 'object-failed', object_id: 'dated', attempt: 1, error },
    ])
    await recorder.drained()
    expect([remember.calls, await known()]).toEqual([0, []])
  })

  it('files loads of a run that nobody opened under the default tenant', async () => {
    recorder.record(new Run('run-1', plan), chained('run-1', 1, 7, [loaded('daily')]))
    await recorder.drained()
    expect(await known('default')).toHaveLength(1)
  })

  it.each(['before', 'after'] as const)('repeats a write that failed (%s its effect)', async (when) => {
    remember[when](3)
    record(100, [loaded('daily')])
    await clock.advance(10_000)
    expect([remember.calls, (await known()).length]).toEqual([4, 1])
  })

  it('has one write on its way, and what comes meanwhile is the next', async () => {
    const release = remember.hold()
    record(100, [loaded('daily')])
    await clock.advance(0)
    record(200, [loaded('daily')])
    record(300, [loaded('dated')])
    await clock.advance(0)
    expect(remember.calls).toBe(1)
    release()
    await recorder.drained()
    expect(remember.calls).toBe(2)
    expect((await known()).map(({ loadedAtMs }) => loadedAtMs)).toEqual([200, 300])
  })

  it('gives up at a stop what the registry does not take, and waits for no time', async () => {
    remember.begin()
    record(100, [loaded('daily')])
    await clock.advance(1_000)
    await recorder.stop()
    await recorder.stop()
    expect([await known(), clock.waiting]).toEqual([[], 0])
  })
})

describe('the load recorder of what counts as loaded by hand', () => {
  const linked = planOf({ source: [], child: ['source'] })
  const recordOf = async (facts: readonly RunFact[]) => {
    const run = runAfter(linked, [{ kind: 'open', tenant: 'acme', policy: patient, reused: [] }])
    evolve(run, facts, 100)
    recorder.record(run, chained(run.id, 2, 100, facts))
    await recorder.drained()
    return [...(await registry.lastLoads('acme', ['source', 'child'])).values()]
  }
  const ready = { type: 'object-ready', object_id: 'source', attempt: 1 } as const

  it('remembers what counts as loaded by hand', async () => {
    const marked = {
      type: 'object-marked-loaded',
      object_id: 'source',
      by: 'ada',
      result: 'by hand',
    } as const
    expect(await recordOf([marked])).toEqual([{ objectId: 'source', loadedAtMs: 100, result: 'by hand' }])
  })

  it('remembers a late result that was accepted, with what it was', async () => {
    const late = {
      type: 'late-result',
      object_id: 'source',
      attempt: 1,
      outcome: 'loaded',
      result: 'late',
    } as const
    const accepted = { type: 'late-result-accepted', object_id: 'source', attempt: 1, by: 'ada' } as const
    const cancelled = { type: 'object-cancelled', object_id: 'source', attempt: 1 } as const
    expect(await recordOf([ready, cancelled, late, accepted])).toEqual([
      { objectId: 'source', loadedAtMs: 100, result: 'late' },
    ])
  })
})
