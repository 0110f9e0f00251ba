// The whole house under 200 seeds: duplicates, reordering, lost requests and replies, crashes at any await, poison.

import { describe, expect, it } from 'vitest'
import { simulate } from '../../tools/simulator/simulate.ts'
import { failedSeeds } from './failed-seeds.ts'

const seeds = Array.from({ length: 200 }, (_, index) => index + 1)

describe('the whole house', () => {
  it('keeps every promise under 200 seeds, and every kind of fault has struck', async () => {
    const struck = new Map<string, number>()
    const broken: string[] = []
    for (const seed of seeds) {
      const { violations, counts } = await simulate(seed)
      for (const { rule, text } of violations)
        broken.push(`npm run simulate -- --seed ${seed}: ${rule}: ${text}`)
      for (const [kind, count] of counts) struck.set(kind, (struck.get(kind) ?? 0) + count)
    }
    expect(broken).toEqual([])
    const kinds = ['duplicate', 'delay', 'request-lost', 'reply-lost', 'crash', 'poison', 'stale']
    for (const kind of [...kinds, 'stopped', 'cancel-settled', 'no-attempt']) {
      expect(struck.get(kind), `${kind} has struck`).toBeGreaterThan(50)
    }
  })

  it('keeps every promise under the seeds that once broke one', async () => {
    for (const seed of failedSeeds) expect((await simulate(seed)).violations, `seed ${seed}`).toEqual([])
  })

  it('tells the same story of a seed each time', async () => {
    for (const seed of seeds.slice(0, 20)) {
      expect((await simulate(seed)).digest, `seed ${seed}`).toBe((await simulate(seed)).digest)
    }
    expect((await simulate(1)).digest).not.toBe((await simulate(2)).digest)
  })
})
