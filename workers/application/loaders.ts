// The loaders of the application zone: its team adds its own here (docs/zones.md).

import { type LoaderTools, sharedLoaders } from '../loaders/loader-tools.ts'
import type { Loader } from '../ports/loader.ts'

/** By their names: what an object's field `loader`, or WORKER_LOADER, may say. */
export function applicationLoaders(tools: LoaderTools): readonly Loader[] {
  return [...sharedLoaders(tools)]
}
