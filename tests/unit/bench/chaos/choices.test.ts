// A seed is a storm: the same runs and the same strikes, and every kind of both.

import { describe, expect, it } from 'vitest'
import { chosenBlow, nameOfBlow } from '../../../../bench/chaos/house/blows.ts'
import { chaosRun } from '../../../../bench/chaos/house/chaos-objects.ts'
import { seededRandom } from '../../../../shared/base/random.ts'

const counts = { orchestrators: 2, workers: 6 }

function blows(seed: number, count: number) {
  const random = seededRandom(seed)
  return Array.from({ length: count }, () => chosenBlow(random, counts))
}

describe('the choices of a storm', () => {
  it('are the same under the same seed, and others under another', () => {
    expect(blows(7, 50)).toEqual(blows(7, 50))
    expect(blows(7, 50)).not.toEqual(blows(8, 50))
  })

  it('strike everybody in every way', () => {
    const many = blows(1, 1_000)
    expect([...new Set(many.map(nameOfBlow))].sort()).toEqual([
      ...['kafka kill', 'kafka stop', 'orchestrator kill', 'orchestrator stop'],
      ...['redis flush', 'redis kill', 'redis lose', 'redis stop', 'worker kill', 'worker stop'],
    ])
    const places = new Set(many.map(({ victim, index }) => `${victim} ${index}`))
    expect(places.size).toBe(counts.orchestrators + counts.workers + 2)
  })
})

describe('a run for a storm', () => {
  const wish = { runId: 'r', count: 600, seed: 3, takesMs: [10, 20] as const, flaky: 0.1, refused: 0.01 }

  it('is the same under the same seed, and another one under another', () => {
    expect(chaosRun(wish)).toEqual(chaosRun(wish))
    expect(chaosRun(wish).definitions).not.toEqual(chaosRun({ ...wish, seed: 4 }).definitions)
  })

  it('knows that all below a refused object is blocked, and nothing else', () => {
    const { objects } = chaosRun(wish)
    const ends = [...objects.values()]
    expect(new Set(ends.map(({ end }) => end))).toEqual(new Set(['loaded', 'failed', 'blocked']))
    for (const { parents, end } of ends) {
      const isHeldUp = parents.some((parent) => objects.get(parent)?.end !== 'loaded')
      expect(end === 'blocked').toBe(isHeldUp)
    }
  })

  it('has nothing that fails unless that is wished for', () => {
    const { objects } = chaosRun({ runId: 'r', count: 100, seed: 1, takesMs: [0, 0] })
    expect(new Set([...objects.values()].map(({ end, retries }) => `${end} ${retries}`))).toEqual(
      new Set(['loaded 0']),
    )
  })
})
