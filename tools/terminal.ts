// The terminal as commands see it: results on stdout, messages on stderr, colour only where it is wanted.

import { styleText } from 'node:util'

export type Style = Parameters<typeof styleText>[0]

export interface Terminal {
  /** A line of what was asked for. */
  result(line: string): void
  /** A line about what is going on. */
  message(line: string): void
  /** Until the returned function is called, `put` writes each message: whoever repaints lines makes room for it. Absent: nothing is repainted. */
  readonly coverMessages?: (put: (write: () => void) => void) => () => void
  /** `text` in a style where messages are seen by a person who wants colour, else unchanged. */
  paint(style: Style, text: string): string
  /** The same for results. */
  paintResult(style: Style, text: string): string
  /** Whether messages can be repainted. */
  readonly isInteractive: boolean
  readonly columns: number
  readonly rows: number
  /** How wide a line of results may be; Infinity where no person looks: a pipe or a file gets whole lines. */
  readonly resultColumns: number
}

/** The process's own terminal. Honours NO_COLOR, FORCE_COLOR and TERM=dumb; a pipe gets plain text. */
export function processTerminal(
  stdout: NodeJS.WriteStream = process.stdout,
  stderr: NodeJS.WriteStream = process.stderr,
  env: NodeJS.ProcessEnv = process.env,
): Terminal {
  const plain = env.TERM === 'dumb'
  const paintOn = (stream: NodeJS.WriteStream) => (style: Style, text: string) =>
    plain ? text : styleText(style, text, { stream, validateStream: true })
  const uncovered = (write: () => void) => write()
  let put = uncovered
  return {
    result: (line) => stdout.write(`${line}\n`),
    message: (line) => put(() => stderr.write(`${line}\n`)),
    coverMessages: (cover) => {
      put = cover
      return () => {
        put = uncovered
      }
    },
    paint: paintOn(stderr),
    paintResult: paintOn(stdout),
    isInteractive: stderr.isTTY === true && !plain,
    get columns() {
      return widthOf(stderr)
    },
    get rows() {
      return stderr.rows ?? 24
    },
    get resultColumns() {
      return stdout.isTTY ? widthOf(stdout) : Number.POSITIVE_INFINITY
    },
  }
}

/** Terminals of containers and of continuous integration may say that they are 0 columns wide. */
function widthOf({ columns }: NodeJS.WriteStream): number {
  return columns > 0 ? columns : 80
}
