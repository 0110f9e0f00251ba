// Seeds that once broke a promise are told again, for good.

import { expect, it } from 'vitest'
import { simulateSeeds } from '../../tools/simulator/crew.ts'
import { failedSeeds } from '../../tools/simulator/failed-seeds.ts'
import { brokenLines, SeedTally } from '../../tools/simulator/seed-tally.ts'

it('keeps every promise under the seeds that once broke one', async () => {
  const tally = new SeedTally()
  const seeds = failedSeeds().map(({ seed }) => seed)
  await simulateSeeds({ seeds, jobs: 1, told: (result) => void tally.add(result) })
  expect(tally.broken.flatMap(brokenLines)).toEqual([])
  expect(tally.stories).toBeGreaterThan(5)
})
