// The loader of a simulated worker: takes its time, has its luck, and is written down.

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

export function simulatedLoader({ world, network, recorder }: LoaderSurroundings, process: Process): Loader {
  const load = async (ready: ReadyEvent, { signal }: { readonly signal: AbortSignal }) => {
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
    return { info: 'simulated', result: { rows: ready.attempt } }
  }
  return { name: 'simulated', load }
}
