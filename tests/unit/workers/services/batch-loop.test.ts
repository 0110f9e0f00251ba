// While one batch is on its way the next gathers.

import { describe, expect, it } from 'vitest'
import { BatchLoop } from '../../../../workers/services/batch-loop.ts'

function loopOf(most: number) {
  const batches: (readonly number[])[] = []
  const open: (() => void)[] = []
  let rested = 0
  const work = (batch: readonly number[]) => {
    batches.push(batch)
    return new Promise<void>((resolve) => open.push(resolve))
  }
  const loop = new BatchLoop<number>(most, work, () => rested++)
  /** Ends the batch on its way, and lets follow what follows. */
  const next = async () => {
    open.shift()?.()
    await new Promise<void>((resolve) => setImmediate(resolve))
  }
  return { loop, batches, next, rested: () => rested }
}

describe('BatchLoop', () => {
  it('takes what comes in one turn together, and what comes meanwhile as the next batch', async () => {
    const { loop, batches, next } = loopOf(10)
    for (const item of [1, 2, 3]) loop.push(item)
    await next()
    expect(batches).toEqual([[1, 2, 3]])
    for (const item of [4, 5]) loop.push(item)
    await next()
    expect(batches).toEqual([
      [1, 2, 3],
      [4, 5],
    ])
  })

  it('takes no more at a time than it may, in order', async () => {
    const { loop, batches, next } = loopOf(2)
    for (const item of [1, 2, 3, 4, 5]) loop.push(item)
    for (const _ of [1, 2, 3, 4]) await next()
    expect(batches).toEqual([[1, 2], [3, 4], [5]])
  })

  it('rests when nothing is left, says so each time, and begins again', async () => {
    const { loop, batches, next, rested } = loopOf(2)
    expect(loop.isIdle()).toBe(true)
    for (const round of [1, 2]) {
      loop.push(round)
      expect(loop.isIdle()).toBe(false)
      await next()
      expect(rested()).toBe(round - 1)
      await next()
      expect([loop.isIdle(), rested()]).toEqual([true, round])
    }
    expect(batches).toEqual([[1], [2]])
  })
})
