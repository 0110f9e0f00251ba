// The simulate loader: takes the time it is told, and has the luck it is told.

import { Fault } from '../../shared/base/fault.ts'
import type { Random } from '../../shared/base/random.ts'
import { type Clock, sleep } from '../../shared/ports/clock.ts'
import type { Loaded } from '../core/verdict.ts'
import type { Loader } from '../ports/loader.ts'

export interface SimulateOptions {
  /** How long an object takes, evenly spread. With 0 nothing is waited for, not even a turn of the event loop. */
  readonly minMs: number
  readonly maxMs: number
  /** The part of attempts that fail with LOADER_FAILED, from 0 to 1. */
  readonly failRate: number
  /** Ids that end so fail with PRECHECK_FAILED, before any time is taken. */
  readonly precheckSuffixes: readonly string[]
}

export function simulateLoader(
  options: SimulateOptions,
  chance: { readonly clock: Clock; readonly random: Random },
): Loader {
  const { minMs, maxMs, failRate, precheckSuffixes } = options
  return {
    name: 'simulate',
    async load(ready, context): Promise<Loaded> {
      const suffix = precheckSuffixes.find((end) => ready.id.endsWith(end))
      if (suffix !== undefined) throw new Fault('PRECHECK_FAILED', `simulated: the id ends in ${suffix}`)
      const tookMs = maxMs > 0 ? minMs + (maxMs - minMs) * chance.random() : 0
      if (tookMs > 0) {
        await sleep(chance.clock, tookMs, context.signal)
        if (context.signal.aborted) throw new Fault('LOADER_FAILED', 'simulated: told to give up')
      }
      if (failRate > 0 && chance.random() < failRate) throw new Fault('LOADER_FAILED', 'simulated: bad luck')
      return { info: `simulated in ${Math.round(tookMs)} ms` }
    },
  }
}
