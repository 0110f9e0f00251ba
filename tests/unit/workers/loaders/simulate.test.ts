// The simulate loader takes the time and has the luck it is told.

import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../../shared/adapters/memory/virtual-clock.ts'
import { type SimulateOptions, simulateLoader } from '../../../../workers/loaders/simulate.ts'
import { readyEvent } from '../../../support/zone-bench.ts'

function simulated(options: Partial<SimulateOptions> = {}, chance = 0.5) {
  const clock = new VirtualClock()
  const whole = { minMs: 0, maxMs: 0, failRate: 0, precheckSuffixes: [], ...options }
  const loader = simulateLoader(whole, { clock, random: () => chance })
  const over = new AbortController()
  return { clock, over, load: (id = '1001') => loader.load(readyEvent({ id }), { signal: over.signal }) }
}

describe('the simulate loader', () => {
  it('takes a time between the two ends', async () => {
    for (const [chance, tookMs] of [
      [0, 200],
      [0.5, 600],
      [1, 1_000],
    ] as const) {
      const { clock, load } = simulated({ minMs: 200, maxMs: 1_000 }, chance)
      let info = ''
      void load().then((loaded) => {
        info = loaded.info
      })
      await clock.advance(tookMs - 1)
      expect(info).toBe('')
      await clock.advance(1)
      expect(info).toBe(`simulated in ${tookMs} ms`)
    }
  })

  it('waits for no timer when it takes no time', async () => {
    const { clock, load } = simulated()
    await expect(load()).resolves.toEqual({ info: 'simulated in 0 ms' })
    expect(clock.waiting).toBe(0)
  })

  it('gives up when it is told to', async () => {
    const { clock, over, load } = simulated({ minMs: 1_000, maxMs: 1_000 })
    const outcome = expect(load()).rejects.toMatchObject({ code: 'LOADER_FAILED' })
    await clock.advance(10)
    over.abort()
    await outcome
    expect(clock.waiting).toBe(0)
  })

  it('fails as often as it is told', async () => {
    await expect(simulated({ failRate: 0.5 }, 0.49).load()).rejects.toMatchObject({ code: 'LOADER_FAILED' })
    await expect(simulated({ failRate: 0.5 }, 0.5).load()).resolves.toBeDefined()
    await expect(simulated({ failRate: 0 }, 0).load()).resolves.toBeDefined()
  })

  it('fails the precheck of ids that end so, and of no others', async () => {
    const { load } = simulated({ precheckSuffixes: ['5', '07'] })
    await expect(load('1005')).rejects.toMatchObject({ code: 'PRECHECK_FAILED', retryable: true })
    await expect(load('1007')).rejects.toMatchObject({ code: 'PRECHECK_FAILED' })
    await expect(load('1050')).resolves.toBeDefined()
  })
})
