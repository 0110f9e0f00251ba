// What the conductor does about the world outside of runs: zones that nobody works in, and who wants to look at a run.

import { beforeEach, describe, expect, it } from 'vitest'
import { type Replica, ReplicaBench, realPlanOf } from '../../../support/replica-bench.ts'

const chain = realPlanOf({ a: [], b: ['a'], c: ['b'] })

let bench: ReplicaBench
let one: Replica
let two: Replica

beforeEach(() => {
  bench = new ReplicaBench()
  one = bench.replica()
  two = bench.replica()
})

describe('a zone that nobody works in', () => {
  it('is announced nothing until somebody does, and then by itself', async () => {
    one.conductor.zones(['standardization'])
    await one.open('run-1', chain)
    one.loaded('run-1', 'a')
    await bench.settle()
    expect(bench.announced()).toEqual(['a#1'])
    one.conductor.zones([])
    await bench.settle()
    expect(bench.announced()).toEqual(['a#1', 'b#1'])
  })

  it('holds runs that were opened before it was known', async () => {
    await one.open('run-1', chain)
    one.conductor.zones(['standardization'])
    one.loaded('run-1', 'a')
    await bench.settle()
    expect(bench.announced()).toEqual(['a#1'])
  })

  it('is what each replica sees: one that sees it alive announces what another has held', async () => {
    one.conductor.zones(['standardization'])
    await one.open('run-1', chain)
    one.loaded('run-1', 'a')
    await bench.settle()
    await two.conductor.attend('run-1')
    await bench.settle()
    expect(bench.announced()).toEqual(['a#1', 'b#1'])
  })

  it('is announced what it was not by a replica that knew the run before, too', async () => {
    await one.open('run-1', chain)
    await two.conductor.attend('run-1')
    one.conductor.zones(['standardization'])
    await bench.settle()
    one.loaded('run-1', 'a')
    await bench.settle()
    expect(bench.announced()).toEqual(['a#1'])
    await one.conductor.stop()
    await two.conductor.attend('run-1')
    await bench.settle()
    expect(bench.announced()).toEqual(['a#1', 'b#1'])
  })

  it('has its run looked at again by whoever lives, should the replica that holds it die', async () => {
    one.conductor.zones(['standardization'])
    await one.open('run-1', chain)
    one.loaded('run-1', 'a')
    await bench.settle()
    await one.conductor.stop()
    const dueMs = bench.clock.nowMs() + 5_000
    expect(await bench.store.needingAttention(dueMs - 1, 0)).toEqual([])
    expect(await bench.store.needingAttention(dueMs, 0)).toEqual(['run-1'])
  })
})

describe('a run that nobody had opened', () => {
  it('is refused what came before it, and not what came behind while that was found out', async () => {
    let release = () => {}
    let looks = 0
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    one.store.read = async (runId, after) => {
      const stored = await bench.store.read(runId, after)
      if (stored === undefined && ++looks === 2) await held
      return stored
    }
    const early = one.loaded('run-1', 'a')
    await bench.settle()
    await two.open('run-1', chain)
    const behind = one.loaded('run-1', 'a')
    release()
    await bench.settle()
    expect(early.refused?.code).toBe('RUN_UNKNOWN')
    expect(behind.settled).toMatchObject([{ type: 'object-loaded' }, { type: 'object-ready' }])
  })
})

describe('a look at a run', () => {
  it('is at what it has come to, also on a replica that has never seen it', async () => {
    await one.open('run-1', chain)
    one.loaded('run-1', 'a')
    await bench.settle()
    const looking = two.conductor.look('run-1')
    await bench.settle()
    const run = await looking
    expect(run?.stateOf(run.plan.indexOf.get('b') ?? -1)).toBe('ready')
  })

  it('at one that nobody knows sees nothing', async () => {
    const looking = one.conductor.look('none')
    await bench.settle()
    expect(await looking).toBeUndefined()
  })

  it('is refused by a replica that stops', async () => {
    await one.conductor.stop()
    await expect(one.conductor.look('run-1')).rejects.toMatchObject({ code: 'SHUTTING_DOWN' })
  })
})
