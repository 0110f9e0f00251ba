// A story that is told leaves nothing in memory: a night tells a hundred thousand in the same few threads.

import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { simulate } from '../../tools/simulator/simulate.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

async function heapAfter(seeds: readonly number[]): Promise<number> {
  for (const seed of seeds) await simulate(seed)
  collectGarbage()
  return process.memoryUsage().heapUsed
}

it('keeps nothing of stories that are told', async () => {
  const seeds = Array.from({ length: 40 }, (_, index) => index + 1)
  const before = await heapAfter(seeds)
  const perStory = ((await heapAfter(seeds)) - before) / seeds.length
  // The records of one story alone are more than 100 KB.
  expect(perStory).toBeLessThan(20_000)
})
