// Planted bugs are found: were they not, nobody should believe that there are no others.

import { describe, expect, it } from 'vitest'
import { huntPlant } from '../../tools/simulator/plants/hunt.ts'
import type { Plant } from '../../tools/simulator/plants/plant.ts'
import { plants } from '../../tools/simulator/plants/plants.ts'

const orders = { from: 1, seeds: 60, jobs: 1 }

/** Some that are found within a few seeds; all of them are hunted by `npm run simulate:plants`. */
const quick = [
  'an answer of any attempt counts',
  'one parent is enough',
  'stale is not looked at',
  'the outbox is not taken over',
  'a failure on the loaded topic is a load',
  'max_age is ignored',
  'degraded is not passed down',
]

describe('a planted bug', () => {
  const canary: Plant = {
    name: 'canary',
    file: 'orchestrator/core/run/decide-answers.ts',
    find: "if (index === undefined || run.stateOf(index) !== 'ready') return undefined",
    replace: 'if (index === undefined) return undefined',
    why: 'An answer that comes twice is decided twice.',
  }

  it('is found: the canary', async () => {
    const found = await huntPlant(canary, orders)
    expect(found?.violations[0]).toMatchObject({ rule: 'declared transitions' })
  })

  it.each(quick)('is found: %s', async (name) => {
    const plant = plants.find((one) => one.name === name)
    expect(plant, `the plant "${name}" is there`).toBeDefined()
    if (plant !== undefined) expect((await huntPlant(plant, orders))?.violations.length).toBeGreaterThan(0)
  })

  it('is not found where there is none', async () => {
    expect(await huntPlant({ ...canary, replace: canary.find }, { ...orders, seeds: 10 })).toBeUndefined()
  })

  it('that does not fit any more is said to, and so is one in a module that no story needs', async () => {
    const lost = huntPlant({ ...canary, find: 'nobody ever wrote this' }, orders)
    await expect(lost).rejects.toThrow(
      'the plant "canary" fits in 0 places of orchestrator/core/run/decide-answers.ts',
    )
    const elsewhere = huntPlant({ ...canary, file: 'orchestrator/main.ts' }, orders)
    await expect(elsewhere).rejects.toThrow('which the simulator does not load')
  })
})
