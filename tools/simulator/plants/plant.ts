// A planted bug: another text for a piece of a module, put in its place while a thread of the simulator loads it.

import { registerHooks } from 'node:module'

export interface Plant {
  readonly name: string
  /** The module, from the root of the house. */
  readonly file: string
  /** What stands in it, exactly once. */
  readonly find: string
  readonly replace: string
  /** What is wrong then. */
  readonly why: string
}

const root = new URL('../../../', import.meta.url)

/**
 * Every module that this thread loads from now on is the house's own, but for the plant. Gives a question whether
 * its module was loaded. A plant whose text does not stand in the module any more makes the loading of it fail.
 */
export function sow(plant: Plant): () => boolean {
  const target = new URL(plant.file, root).href
  let hasGrown = false
  registerHooks({
    load: (url, context, nextLoad) => {
      const loaded = nextLoad(url, context)
      if (url !== target) return loaded
      hasGrown = true
      return { ...loaded, source: planted(plant, String(loaded.source)) }
    },
  })
  return () => hasGrown
}

/** The text with the plant in it. Throws when the plant does not fit in exactly one place. */
export function planted({ name, file, find, replace }: Plant, text: string): string {
  const places = text.split(find).length - 1
  if (places !== 1) throw new Error(`the plant "${name}" fits in ${places} places of ${file}`)
  return text.replace(find, () => replace)
}
