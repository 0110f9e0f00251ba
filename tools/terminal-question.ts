// Questions to whoever sits at the terminal, where somebody does.

import { createInterface } from 'node:readline/promises'
import type { CommandContext } from './command-context.ts'

/** Undefined where the answer or the question would not reach a person. Ctrl-C and the end of the input are no answer. */
export function terminalQuestion(
  input: NodeJS.ReadStream = process.stdin,
  output: NodeJS.WriteStream = process.stderr,
): CommandContext['ask'] {
  if (input.isTTY !== true || output.isTTY !== true) return undefined
  return async (question) => {
    const lines = createInterface({ input, output })
    const left = new AbortController()
    lines.once('close', () => left.abort())
    try {
      return await lines.question(question, { signal: left.signal })
    } catch {
      output.write('\n')
      return ''
    } finally {
      lines.close()
    }
  }
}
