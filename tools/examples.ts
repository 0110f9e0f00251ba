// Examples above the help of a command: what people look for first.

import type { Command } from 'commander'

/** What to type, and what it is for. */
export type Example = readonly [line: string, purpose: string]

/** Puts the examples before everything else in the command's help. */
export function withExamples(command: Command, examples: readonly Example[]): Command {
  const width = Math.max(...examples.map(([line]) => line.length))
  const lines = examples.map(([line, purpose]) => `  $ ${line.padEnd(width)}  # ${purpose}`)
  return command.addHelpText('before', ['Examples:', ...lines, ''].join('\n'))
}
