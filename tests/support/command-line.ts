// The command line within a test: a terminal that records, files of its own, and the code it ends with.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { SystemClock } from '../../shared/adapters/system/system-clock.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import { type InterruptCause, ProcessInterrupts } from '../../tools/process-interrupts.ts'
import { runProgram } from '../../tools/program.ts'
import type { Terminal } from '../../tools/terminal.ts'

export interface CommandEnd {
  readonly code: number
  /** What stands on stdout and on stderr, without the newline at the end. */
  readonly out: string
  readonly err: string
  /** `out` as JSON. */
  readonly json: () => Record<string, unknown>
}

export interface CommandSurroundings {
  readonly env?: Readonly<Record<string, string>>
  readonly stdin?: string
  readonly resultColumns?: number
  readonly clock?: Clock
  /** Somebody sits there and answers questions; absent: nobody does. */
  readonly ask?: (question: string) => Promise<string>
  /** Called with each line of stderr: to interrupt when something was said, by Ctrl-C unless it is told otherwise. */
  readonly heard?: (line: string, interrupt: (cause?: InterruptCause) => void) => void
}

export async function millefeuille(
  args: readonly string[],
  surroundings: CommandSurroundings = {},
): Promise<CommandEnd> {
  const folder = mkdtempSync(join(tmpdir(), 'millefeuille-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const env = { DATA_DIR: join(folder, 'data'), ...surroundings.env }
  const { stdin = '', clock = new SystemClock(), heard, ask } = surroundings
  const out: string[] = []
  const err: string[] = []
  const interrupts = new ProcessInterrupts()
  const terminal: Terminal = {
    result: (line) => void out.push(line),
    message: (line) => {
      err.push(line)
      heard?.(line, (cause = 'signal') => interrupts.raise(cause))
    },
    paint: (_, text) => text,
    paintResult: (_, text) => text,
    isInteractive: false,
    columns: 100,
    rows: 24,
    resultColumns: surroundings.resultColumns ?? Number.POSITIVE_INFINITY,
  }
  const readStdin = async () => Buffer.from(stdin)
  const onInterrupt = (action: (cause: InterruptCause) => void) => interrupts.on(action)
  const code = await runProgram({ terminal, env, clock, readStdin, onInterrupt, ask }, args)
  const text = out.join('\n')
  return { code, out: text, err: err.join('\n'), json: () => JSON.parse(text) }
}

/** A folder with these files, gone when the test is over. Gives the path of one of them. */
export function filesOf(files: Readonly<Record<string, unknown>>): (name?: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'millefeuille-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  return (name = '') => join(folder, name)
}

/** Three objects in a line, and one beside them that no other needs. */
export const smallGraph = [
  { id: 1001, zone: '1-Raw', name: 'Customers' },
  { id: 2001, zone: '2-Standardized', name: 'Customers clean', parents: [1001] },
  { id: 2002, zone: '2-Standardized', parents: [1001] },
  { id: 3001, zone: '3-Application', name: 'Report', parents: [2001] },
  { id: 1009, zone: '1-Raw', state: 'archived' },
]

export const sampleFile = join(import.meta.dirname, '../../tools/samples/objects.json')
