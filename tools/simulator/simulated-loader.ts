// The loader of a simulated worker, behind a breaker that may be open: takes its time, has its luck, and is written down.

import { Fault } from '../../shared/base/fault.ts'
import type { ReadyEvent } from '../../shared/events/ready.ts'
import { sleep } from '../../shared/ports/clock.ts'
import type { Loader } from '../../workers/ports/loader.ts'
import type { Process } from './process.ts'
import type { SimulatedNetwork } from './simulated-transport.ts'
import type { StoryRecorder } from './story-recorder.ts'
import type { World } from './world.ts'

export interface LoaderSurroundings {
  readonly world: World
  readonly network: SimulatedNetwork
  readonly recorder: StoryRecorder
}

/** The longest time for which another try would be in vain. */
const mostRefusedMs = 2_000

export function simulatedLoader({ world, network, recorder }: LoaderSurroundings, process: Process): Loader {
  const load = async (ready: ReadyEvent, { signal }: { readonly signal: AbortSignal }) => {
    if (isRefused({ world, network })) throw refusal(ready, network)
    const entry = recorder.startLoad(ready, process.name)
    await sleep(process.clock, network.random() * world.loaderMs, signal)
    if (signal.aborted) {
      recorder.endLoad(entry, undefined)
      throw new Fault('LOADER_FAILED', 'given up')
    }
    const isFailure = network.random() < world.failingLoads
    recorder.endLoad(entry, isFailure ? 'failed' : 'loaded')
    if (isFailure)
      throw new Fault(network.random() < world.finalFailures ? 'LOADER_REFUSED' : 'LOADER_FAILED', 'bad luck')
    // Runs that share loads share what comes of them: then it does not say which run it is of.
    return { info: 'simulated', result: { rows: ready.attempt, of: world.isShared ? 'all' : ready.run_id } }
  }
  return { name: 'simulated', load }
}

function isRefused({ world, network }: Omit<LoaderSurroundings, 'recorder'>): boolean {
  return world.refusedLoads > 0 && network.isStormy() && network.random() < world.refusedLoads
}

/** Nothing is loaded, and not every zone says for how long that will be so. */
function refusal({ run_id, id, attempt }: ReadyEvent, { random, trace }: SimulatedNetwork): Fault {
  trace.note('refused', `${run_id} ${id} ${attempt}`)
  const detail = random() < 0.5 ? {} : { retryAfterMs: Math.ceil(random() * mostRefusedMs) }
  return new Fault('TARGET_UNAVAILABLE', 'its breaker is open', { detail })
}
