// The other end of a BenchProcess: a program that answers what it is asked.

import { ownUsage } from './usage.ts'

interface Question {
  readonly id: number
  readonly kind: string
  readonly argument: unknown
}

export interface Role {
  /** What the process can be asked, by name. An error becomes the asker's error. */
  readonly answers: Readonly<Record<string, (argument: never) => unknown>>
  stop(): Promise<void>
}

/** The settings the process was started with. */
export function settingsOf<Settings>(): Settings {
  return JSON.parse(process.argv[2] ?? '{}') as Settings
}

/** What every process is asked around a run, and most have nothing to do for. */
const optional = ['prepare', 'loads', 'check']

/** Plays the role until it is told to stop, or until whoever started it is gone. Questions wait for `starting`. */
export function play(starting: Promise<Role>): void {
  let stopping: Promise<void> | undefined
  const stop = () => {
    stopping ??= starting.then((role) => role.stop())
    return stopping
  }
  process.on('message', (question: Question) => {
    void answer(starting, stop, question)
  })
  process.on('disconnect', () => {
    stop().then(
      () => process.exit(),
      () => process.exit(1),
    )
  })
  // Ctrl-C reaches the whole group of processes; the bench itself ends them in order.
  process.on('SIGINT', () => {})
}

async function answer(starting: Promise<Role>, stop: () => Promise<void>, { id, kind, argument }: Question) {
  try {
    const role = await starting
    const value =
      kind === 'usage' ? ownUsage() : kind === 'stop' ? await stop() : await answerOf(role, kind, argument)
    process.send?.({ id, value })
  } catch (error) {
    process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  }
}

function answerOf(role: Role, kind: string, argument: unknown): unknown {
  const known = role.answers[kind]
  if (known === undefined && optional.includes(kind)) return undefined
  if (known === undefined) throw new Error(`nobody here knows '${kind}'`)
  return known(argument as never)
}
