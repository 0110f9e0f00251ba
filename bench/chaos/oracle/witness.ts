// The oracle's file: loaders append what they do, the harness appends whom it struck, and nobody rewrites a line.

import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'

/** What a loader says of an attempt: it began, loaded, failed on purpose, was told to give up, or refused by the sink. */
export const loadMarks = ['start', 'end', 'fail', 'aborted', 'refused'] as const
export type LoadMark = (typeof loadMarks)[number]
/** What the harness says of a process: it is dead, or it stands still. */
export const strikeMarks = ['killed', 'stopped'] as const
export type StrikeMark = (typeof strikeMarks)[number]

export interface Attempt {
  readonly runId: string
  readonly objectId: string
  readonly attempt: number
}

export interface LoadLine extends Attempt {
  readonly what: LoadMark
  readonly atMs: number
  readonly pid: number
}

export interface StrikeLine {
  readonly what: StrikeMark
  readonly atMs: number
  readonly pid: number
}

/** Several processes may append at a time: each line is one write at the end of the file. */
export class Witness {
  readonly #file: number

  constructor(path: string) {
    this.#file = openSync(path, 'a')
  }

  /** Returns when the line is written: a process that is killed later has said it. */
  load(what: LoadMark, { runId, objectId, attempt }: Attempt): void {
    writeSync(this.#file, `${what} ${Date.now()} ${process.pid} ${runId} ${objectId} ${attempt}\n`)
  }

  /** To be called when the process can do nothing more. */
  strike(what: StrikeMark, pid: number): void {
    writeSync(this.#file, `${what} ${Date.now()} ${pid}\n`)
  }

  close(): void {
    closeSync(this.#file)
  }
}

export interface Testimony {
  /** In the order in which they were written, which is the order in which things were. */
  readonly lines: readonly (LoadLine | StrikeLine)[]
  /** Lines that are none: torn writes. */
  readonly unreadable: readonly string[]
}

/** Everything that was said so far. */
export function readWitness(path: string): Testimony {
  const lines: (LoadLine | StrikeLine)[] = []
  const unreadable: string[] = []
  for (const text of readFileSync(path, 'utf8').split('\n').slice(0, -1)) {
    const line = lineOf(text)
    if (line === undefined) unreadable.push(text)
    else lines.push(line)
  }
  return { lines, unreadable }
}

export function isLoad(line: LoadLine | StrikeLine): line is LoadLine {
  return 'objectId' in line
}

function lineOf(text: string): LoadLine | StrikeLine | undefined {
  const [what, at, process, runId, objectId, number, ...rest] = text.split(' ')
  const [atMs, pid, attempt] = [Number(at), Number(process), Number(number)]
  if (!(atMs > 0) || !(pid > 0) || rest.length > 0) return undefined
  const strike = strikeMarks.find((mark) => mark === what)
  if (strike !== undefined) return runId === undefined ? { what: strike, atMs, pid } : undefined
  const load = loadMarks.find((mark) => mark === what)
  if (load === undefined || !runId || !objectId || !Number.isSafeInteger(attempt)) return undefined
  return { what: load, atMs, pid, runId, objectId, attempt }
}
