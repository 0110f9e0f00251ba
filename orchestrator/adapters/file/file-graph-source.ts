// Object files on a disk: one file, or those of a folder, looked at every two seconds.

import { stat } from 'node:fs/promises'
import { Fault, messageOf } from '../../../shared/base/fault.ts'
import type { Clock, Timer } from '../../../shared/ports/clock.ts'
import type { DefinitionFile } from '../../core/graph/definition-source.ts'
import type { GraphSource } from '../../ports/graph-source.ts'
import { definitionPaths, readDefinitionFile } from './definition-files.ts'

const everyMs = 2_000
/** Each retry that fails is an error in the log: one a minute is enough. */
const longestRetryMs = 60_000

/**
 * Looks instead of being told: notifications of the file system are silent on network drives and follow no
 * symbolic link, and a Kubernetes ConfigMap is changed by swapping one.
 */
export class FileGraphSource implements GraphSource {
  readonly name: string
  readonly #clock: Clock
  /** What the files looked like when they were read last. */
  #read = ''
  /** Set while the last reading failed. */
  #retry: { readonly waitMs: number; readonly atMs: number } | undefined
  readonly #readFile: typeof readDefinitionFile

  constructor(path: string, clock: Clock, readFile = readDefinitionFile) {
    this.name = path
    this.#clock = clock
    this.#readFile = readFile
  }

  async read(): Promise<readonly DefinitionFile[]> {
    // Looked at before it is read: a change in between is seen as one at the next look.
    this.#read = await this.#appearance()
    try {
      const paths = await definitionPaths(this.name)
      const files = await Promise.all(paths.map(this.#readFile))
      this.#retry = undefined
      return files
    } catch (error) {
      this.#failed()
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
      if (now === before && (now !== this.#read || this.#isRetryDue())) changed()
      before = now
      timer = this.#clock.after(everyMs, look)
    }
    timer = this.#clock.after(everyMs, look)
    return () => {
      isOver = true
      timer.cancel()
    }
  }

  /** What could not be read is read again although it looks as it did: the disk may have been away. */
  #failed(): void {
    const waitMs = Math.min(longestRetryMs, (this.#retry?.waitMs ?? everyMs / 2) * 2)
    this.#retry = { waitMs, atMs: this.#clock.nowMs() + waitMs }
  }

  #isRetryDue(): boolean {
    return this.#retry !== undefined && this.#clock.nowMs() >= this.#retry.atMs
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
