// A seed tells the same story each time, whoever tells it and whatever was told before.

import { expect, it } from 'vitest'
import { simulateSeeds } from '../../tools/simulator/crew.ts'
import { simulate } from '../../tools/simulator/simulate.ts'

const seeds = Array.from({ length: 40 }, (_, index) => 500 + index)

async function digests(order: readonly number[], jobs: number): Promise<ReadonlyMap<number, string>> {
  const found = new Map<number, string>()
  await simulateSeeds({ seeds: order, jobs, told: ({ seed, digest }) => void found.set(seed, digest) })
  return new Map([...found].sort(([a], [b]) => a - b))
}

it('gives identical trace hashes when a set of seeds is run twice, on other threads and in another order', async () => {
  const first = await digests(seeds, 2)
  expect(await digests(seeds.toReversed(), 1)).toEqual(first)
  expect(first.size).toBe(seeds.length)
  expect(new Set(first.values()).size).toBe(seeds.length)
})

it('gives the same hash in this thread, with every line of the trace or without', async () => {
  const lines: string[] = []
  const told = await simulate(500, (line) => lines.push(line))
  expect((await simulate(500)).digest).toBe(told.digest)
  expect(lines.length).toBeGreaterThan(10)
})
