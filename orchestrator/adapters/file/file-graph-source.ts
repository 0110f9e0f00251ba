// Object files on a disk: one file, or those of a folder, looked at every two seconds.

import { stat } from 'node:fs/promises'
import { Fault, messageOf } from '../../../shared/base/fault.ts'
import type { Clock, Timer } from '../../../shared/ports/clock.ts'
import type { DefinitionFile } from '../../core/graph/definition-source.ts'
import type { GraphSource } from '../../ports/graph-source.ts'
import { definitionPaths, readDefinitionFile } from './definition-files.ts'

const everyMs = 2_000

/**
 * Looks instead of being told: notifications of the file system are silent on network drives and follow no
 * symbolic link, and a Kubernetes ConfigMap is changed by swapping one.
 */
export class FileGraphSource implements GraphSource {
  readonly name: string
  readonly #clock: Clock
  /** What the files looked like when they were read last. */
  #read = ''

  constructor(path: string, clock: Clock) {
    this.name = path
    this.#clock = clock
  }

  async read(): Promise<readonly DefinitionFile[]> {
    // Looked at before it is read: a change in between is seen as one at the next look.
    this.#read = await this.#appearance()
    try {
      const paths = await definitionPaths(this.name)
      return await Promise.all(paths.map(readDefinitionFile))
    } catch (error) {
      throw new Fault('FILE_UNREADABLE', `cannot read ${this.name}: ${messageOf(error)}`, { cause: error })
    }
  }

  watch(changed: () => void): () => void {
    let before = ''
    let isOver = false
    let timer: Timer
    const look = async () => {
      const now = await this.#appearance()
      if (isOver) return
      // Whoever is still writing is left in peace until two looks see the same.
      if (now !== this.#read && now === before) changed()
      before = now
      timer = this.#clock.after(everyMs, look)
    }
    timer = this.#clock.after(everyMs, look)
    return () => {
      isOver = true
      timer.cancel()
    }
  }

  /** A text that is another when any of the files is another: by node, size and times, links followed. */
  async #appearance(): Promise<string> {
    try {
      const looks = (await definitionPaths(this.name)).map(async (path) => `${path} ${await lookOf(path)}`)
      return (await Promise.all(looks)).join('\n')
    } catch (error) {
      return messageOf(error)
    }
  }
}

async function lookOf(path: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeMs, ctimeMs } = await stat(path)
    return `${dev} ${ino} ${size} ${mtimeMs} ${ctimeMs}`
  } catch (error) {
    return messageOf(error)
  }
}
