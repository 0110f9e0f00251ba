// What a zone's loaders are made with.

import type { Random } from '../../shared/base/random.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Loader } from '../ports/loader.ts'
import { type Fetch, type HttpOptions, httpLoader } from './http.ts'
import { type SimulateOptions, simulateLoader } from './simulate.ts'

export interface LoaderTools {
  readonly clock: Clock
  readonly random: Random
  readonly fetch: Fetch
  readonly simulate: SimulateOptions
  readonly http: HttpOptions
}

/** The loaders that every zone has. */
export function sharedLoaders(tools: LoaderTools): readonly Loader[] {
  return [simulateLoader(tools.simulate, tools), httpLoader(tools.http, tools)]
}
