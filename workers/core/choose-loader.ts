// Which loader serves an object: the one it names, else the one that is configured for the worker.

import { assert } from '../../shared/base/assert.ts'
import { Fault } from '../../shared/base/fault.ts'
import type { ReadyEvent } from '../../shared/events/ready.ts'
import type { Loader } from '../ports/loader.ts'
import { fieldOf } from './field.ts'

/** `auto`: http for objects with a URL, simulate for the others. */
export const autoLoader = 'auto'

/**
 * For WORKER_LOADER as `usual`: the name of one of the loaders, or `auto`. Gives a function that throws
 * NO_LOADER for objects that name a loader which is not there. Throws CONFIG_INVALID when `usual` is none.
 */
export function loaderChooser(loaders: readonly Loader[], usual: string): (ready: ReadyEvent) => Loader {
  const byName = new Map(loaders.map((loader) => [loader.name, loader]))
  assert(byName.size === loaders.length, 'the loaders of a zone have different names')
  const names = [...byName.keys()].join(', ')
  if (usual !== autoLoader && !byName.has(usual)) {
    const detail = { variable: 'WORKER_LOADER', value: usual }
    throw new Fault('CONFIG_INVALID', `WORKER_LOADER=${usual}: must be ${autoLoader} or one of ${names}`, {
      detail,
    })
  }
  return (ready) => {
    const name = nameOf(ready, usual)
    const loader = byName.get(name)
    if (loader === undefined) throw new Fault('NO_LOADER', `this zone has no loader "${name}", but ${names}`)
    return loader
  }
}

// A step of a workflow with a URL is one to be called; a definition's URL may only say where the data are.
function nameOf({ object, workflow }: ReadyEvent, usual: string): string {
  const named = fieldOf(object, ['Loader', 'loader'])
  if (named !== undefined) return named
  const hasUrl = fieldOf(object, ['URL', 'url']) !== undefined
  if (hasUrl && (workflow !== undefined || usual === autoLoader)) return 'http'
  return usual === autoLoader ? 'simulate' : usual
}
