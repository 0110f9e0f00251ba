// The whole house under 1,000 seeds: every fault that a storm has strikes, and every promise is kept.

import { expect, it } from 'vitest'
import { simulateSeeds } from '../../tools/simulator/crew.ts'
import { brokenLines, faults, SeedTally } from '../../tools/simulator/seed-tally.ts'

const seeds = Array.from({ length: 1_000 }, (_, index) => index + 1)

it('keeps every promise under 1,000 seeds, and every kind of fault has struck', async () => {
  const tally = new SeedTally()
  await simulateSeeds({ seeds, jobs: 2, told: (result) => void tally.add(result) })
  expect(tally.broken.flatMap(brokenLines)).toEqual([])
  expect(tally.stories).toBe(seeds.length)
  for (const kind of [...faults, 'stale', 'stopped', 'letter', 'cancel-settled', 'resume-settled']) {
    expect(tally.counts.get(kind), `${kind} has struck`).toBeGreaterThan(100)
  }
})
