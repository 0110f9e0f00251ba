// A thread of the crew: sows its plant, if it has one, before it loads the house, and then simulates the seeds it is given.

import { parentPort, workerData } from 'node:worker_threads'
import { type Plant, sow } from './plants/plant.ts'

// A fault is made for every call that gets lost: where it was made is of no use to anybody here.
Error.stackTraceLimit = 0
const { plant } = workerData as { readonly plant?: Plant }
const hasGrown = plant === undefined ? () => true : sow(plant)
const { simulate } = await import('./simulate.ts')
if (!hasGrown())
  throw new Error(`the plant ${plant?.name} is in ${plant?.file}, which the simulator does not load`)

parentPort?.on('message', (seed: number) => {
  void simulate(seed).then((result) => parentPort?.postMessage(result))
})
parentPort?.postMessage('begun')
