// A zone team's own loader: counts the lines of an object's file, and gives the count to the children.

import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { Fault } from '../../shared/base/fault.ts'
import type { Loader } from '../../workers/ports/loader.ts'

export const lineCountLoader: Loader = {
  name: 'line-count',
  async load({ object }, { signal }) {
    const file = object.NomFichier
    if (typeof file !== 'string') throw new Fault('LOADER_REFUSED', 'the object has no NomFichier')
    let lines = 0
    for await (const _ of createInterface({ input: createReadStream(file, { signal }) })) lines++
    return { info: `${lines} lines`, result: { lines } }
  },
}
