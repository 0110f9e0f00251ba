// The runs in memory: read once, caught up with what is new, and forgotten only when they have nothing to do.

import { describe, expect, it } from 'vitest'
import { MemoryRunStore } from '../../../../orchestrator/adapters/memory/memory-run-store.ts'
import { Run } from '../../../../orchestrator/core/run/run.ts'
import { LiveRuns } from '../../../../orchestrator/services/live-runs.ts'
import { ReplicaBench, realPlanOf } from '../../../support/replica-bench.ts'
import { wholeStore } from '../../../support/whole-store.ts'

const chain = realPlanOf({ a: [], b: ['a'], c: ['b'] })

describe('catching up', () => {
  it('reads only what is new, and gives what nobody has published with its version', async () => {
    const bench = new ReplicaBench()
    const one = bench.replica()
    await one.open('run-1', chain)
    const runs = new LiveRuns(bench.store, wholeStore)
    const live = runs.get('run-1')
    expect(await runs.catchUp(live)).toEqual([])
    expect(live).toMatchObject({ version: 1 })
    const { run } = live
    one.calls.publish.begin('TRANSPORT_UNAVAILABLE')
    one.loaded('run-1', 'a')
    await bench.settle()
    one.loaded('run-1', 'b')
    await bench.settle()
    const stored = await bench.store.read('run-1', 1)
    expect(await runs.catchUp(live)).toEqual([
      { version: 2, record: stored?.records[0] },
      { version: 3, record: stored?.records[1] },
    ])
    expect(live.run).toBe(run)
    expect(run?.head.counts).toMatchObject({ loaded: 2, ready: 1 })
    expect(await runs.catchUp(live)).toEqual([])
  })

  it('gives nothing, and no run, when the store does not know it', async () => {
    const runs = new LiveRuns(new MemoryRunStore(() => 0), wholeStore)
    const live = runs.get('run-1')
    expect(await runs.catchUp(live)).toEqual([])
    expect(live).toMatchObject({ run: undefined, version: 0 })
  })

  it('takes the plan of another run in memory that has the same, instead of reading it', async () => {
    const bench = new ReplicaBench()
    const one = bench.replica()
    await one.open('run-1', chain)
    await one.open('run-2', chain)
    const two = bench.replica()
    const runs = new LiveRuns(two.store, wholeStore)
    await runs.catchUp(runs.get('run-1'))
    await runs.catchUp(runs.get('run-2'))
    expect(runs.get('run-2').run?.plan).toBe(runs.get('run-1').run?.plan)
    expect(two.calls.loadPlan.calls).toBe(1)
  })

  it('reads the run anew when a plan was given for it that the store knows another of', async () => {
    const bench = new ReplicaBench()
    await bench.replica().open('run-1', chain)
    const runs = new LiveRuns(bench.store, wholeStore)
    const live = runs.get('run-1')
    live.run = new Run('run-1', realPlanOf({ other: [] }))
    await runs.catchUp(live)
    expect(live.run.plan.hash).toBe(chain.hash)
  })
})

describe('trimming', () => {
  const runsOf = (...ids: readonly string[]) => {
    const runs = new LiveRuns(new MemoryRunStore(() => 0), wholeStore)
    for (const [index, id] of ids.entries()) {
      const live = runs.get(id)
      live.run = new Run(id, chain)
      live.usedAtMs = index
    }
    return { runs, names: () => [...runs.values()].map(({ id }) => id) }
  }

  it('forgets those longest unused until the rest are small enough, and no more', () => {
    const { runs, names } = runsOf('old', 'middle', 'new')
    runs.get('old').usedAtMs = 10
    runs.trim(6, 100)
    expect(names()).toEqual(['old', 'new'])
    runs.trim(6, 100)
    expect(names()).toEqual(['old', 'new'])
    runs.trim(0, 100)
    expect(names()).toEqual([])
  })

  it('keeps runs that are being decided or that something waits for', () => {
    const { runs, names } = runsOf('pumping', 'queued', 'idle')
    runs.get('pumping').pumping = true
    runs.get('queued').queue.push({ input: { kind: 'tick' }, settle: () => {}, refuse: () => {} })
    runs.trim(0, 100)
    expect(names()).toEqual(['pumping', 'queued'])
  })

  it('keeps a run that was used a moment ago, however large it is, unless it has ended', () => {
    const { runs, names } = runsOf('large', 'ended')
    const ended = runs.get('ended').run
    if (ended !== undefined) ended.head = { ...ended.head, ended: 'succeeded' }
    runs.trim(0, 0)
    expect(names()).toEqual(['large'])
  })

  it('cancels the timer of what it forgets', () => {
    const { runs } = runsOf('one')
    let isCancelled = false
    runs.get('one').timer = {
      cancel: () => {
        isCancelled = true
      },
    }
    runs.trim(0, 100)
    expect(isCancelled).toBe(true)
  })
})
