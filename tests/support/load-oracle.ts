// An oracle outside the house: a file to which loaders append each start and end, and what it says afterwards.

import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'

export type LoadMark = 'start' | 'end'

/** Appends to the file from one process; several may at a time, each line is one write at the end of the file. */
export class LoadWitness {
  readonly #file: number

  constructor(path: string) {
    this.#file = openSync(path, 'a')
  }

  /** Returns when the line is written: a process that is killed later has said it. */
  mark(what: LoadMark, objectId: string): void {
    writeSync(this.#file, `${what} ${objectId}\n`)
  }

  close(): void {
    closeSync(this.#file)
  }
}

export interface LoadReport {
  /** Objects with at least one finished load. */
  readonly loaded: ReadonlySet<string>
  /** Starts before any end of a parent, in words. */
  readonly early: readonly string[]
  /** Loads that began, one more each than there are objects where one was loaded again. */
  readonly starts: number
  readonly ends: number
  /** Lines that are no mark: a torn write. */
  readonly unreadable: readonly string[]
}

/** What the file at `path` says about a run over these parents. */
export function readWitness(path: string, parentsOf: ReadonlyMap<string, readonly string[]>): LoadReport {
  const loaded = new Set<string>()
  const early: string[] = []
  const unreadable: string[] = []
  let starts = 0
  let ends = 0
  for (const line of readFileSync(path, 'utf8').split('\n').slice(0, -1)) {
    const [what, id = '', ...rest] = line.split(' ')
    const parents = parentsOf.get(id)
    if (parents === undefined || rest.length > 0 || (what !== 'start' && what !== 'end'))
      unreadable.push(line)
    else if (what === 'end') {
      ends++
      loaded.add(id)
    } else {
      starts++
      const missing = parents.filter((parent) => !loaded.has(parent))
      if (missing.length > 0) early.push(`${id} began before ${missing.join(', ')} had ended`)
    }
  }
  return { loaded, early, starts, ends, unreadable }
}
