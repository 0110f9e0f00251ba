// Large definition files for measuring: a few of them in a folder, as a company keeps them.

import { once } from 'node:events'
import { createWriteStream, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { definitionsOf, type Shape } from '../shape.ts'

const filesPerFolder = 10

/** Writes the objects of the shape as JSON arrays, one object a line, and gives the paths. */
export async function writeDefinitions(folder: string, shape: Shape): Promise<readonly string[]> {
  mkdirSync(folder, { recursive: true })
  const objects = definitionsOf(shape)
  const perFile = Math.ceil(objects.length / filesPerFolder)
  const paths: string[] = []
  for (let first = 0; first < objects.length; first += perFile) {
    const path = join(folder, `objects-${paths.length}.json`)
    const stream = createWriteStream(path)
    const lines = objects.slice(first, first + perFile).map((object) => JSON.stringify(object))
    stream.end(`[\n${lines.join(',\n')}\n]\n`)
    await once(stream, 'close')
    paths.push(path)
  }
  return paths
}
