// What gathers is worked off in batches, one at a time, until nothing waits or it is stopped.

import { beforeEach, expect, it } from 'vitest'
import { Pump } from '../../../../shared/service/pump.ts'
import { Strikes } from '../../../support/strikes.ts'

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

let waiting: number[]
let batches: (readonly number[])[]
let calls: Strikes
let pump: Pump

beforeEach(() => {
  waiting = []
  batches = []
  calls = new Strikes()
  pump = new Pump({
    isWaiting: () => waiting.length > 0,
    workOff: () => {
      batches.push(waiting.splice(0, 3))
      return calls.call(async () => {})
    },
  })
})

function offer(...numbers: readonly number[]): void {
  waiting.push(...numbers)
  pump.wake()
}

it('takes together what comes in one turn, and goes on until nothing waits', async () => {
  offer(1)
  offer(2, 3, 4)
  expect(batches).toEqual([])
  await pump.drained()
  expect(batches).toEqual([[1, 2, 3], [4]])
})

it('has one batch on its way at a time, and begins anew after it was idle', async () => {
  const goOn = calls.hold()
  offer(1)
  await turn()
  offer(2)
  await turn()
  expect(batches).toEqual([[1]])
  goOn()
  await pump.drained()
  expect(batches).toEqual([[1], [2]])
  offer(3)
  await pump.drained()
  expect(batches).toEqual([[1], [2], [3]])
})

it('stops after the batch that is on its way, and tells it so', async () => {
  const goOn = calls.hold()
  offer(1, 2, 3, 4)
  await turn()
  expect(pump.stopping.aborted).toBe(false)
  const stopped = pump.stop()
  expect(pump.stopping.aborted).toBe(true)
  goOn()
  await stopped
  offer(5)
  await pump.drained()
  expect(batches).toEqual([[1, 2, 3]])
  expect(waiting).toEqual([4, 5])
})
