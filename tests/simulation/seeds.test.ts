// The whole house under 1,000 seeds: every fault that a storm has strikes, and every promise is kept.

import { expect, it } from 'vitest'
import { simulateSeeds } from '../../tools/simulator/crew.ts'
import { brokenLines, faults, SeedTally } from '../../tools/simulator/seed-tally.ts'

const seeds = Array.from({ length: 1_000 }, (_, index) => index + 1)
/** What the house does because of a storm, and where links and policies are what it goes by. */
const seen = [
  ...['stale', 'stopped', 'letter', 'cancel-settled', 'resume-settled'],
  ...['went-on-late', 'went-on-without', 'went-on-with-old', 'not-picked-up', 'timed-out'],
]

it('keeps every promise under 1,000 seeds, and every kind of fault has struck', async () => {
  const tally = new SeedTally()
  await simulateSeeds({ seeds, jobs: 2, told: (result) => void tally.add(result) })
  expect(tally.broken.flatMap(brokenLines)).toEqual([])
  expect(tally.stories).toBe(seeds.length)
  for (const kind of [...faults, ...seen]) {
    expect(tally.counts.get(kind), `${kind} has struck`).toBeGreaterThan(100)
  }
})
