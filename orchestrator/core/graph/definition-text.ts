// From the bytes of a definition file to its text: strictly UTF-8, for a wrong letter in an id finds no parent.

import type { DefinitionFile } from './definition-source.ts'
import { positionAt } from './text-position.ts'

/** The file with its text, a byte order mark taken off; what is not UTF-8 becomes a fault once the file is parsed. */
export function decodedFile(file: string, bytes: Uint8Array): DefinitionFile {
  const wide = wideEncoding(bytes)
  if (wide !== undefined) return unreadable(file, 1, 1, `the file is ${wide}, not UTF-8`)
  try {
    return { file, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch (error) {
    if (error instanceof TypeError) return invalidFile(file, bytes)
    // The engine holds no text above half a gigabyte.
    const megabytes = Math.round(bytes.length / 1e6)
    const message = `the file is too large to read as one text (${megabytes} MB): ${String(error)}`
    return {
      file,
      text: '',
      unreadable: { line: 1, column: 1, message, hint: 'split it into several files' },
    }
  }
}

function invalidFile(file: string, bytes: Uint8Array): DefinitionFile {
  const text = new TextDecoder().decode(bytes)
  const { line, column } = positionAt(text, Math.max(0, text.indexOf('\ufffd')))
  return unreadable(file, line, column, 'there is a byte that is not UTF-8')
}

function unreadable(file: string, line: number, column: number, message: string): DefinitionFile {
  const hint = 'save the file as UTF-8 (Windows tools offer it beside ANSI and Unicode)'
  return { file, text: '', unreadable: { line, column, message, hint } }
}

/** UTF-16 or UTF-32 by the byte order mark, or by zero bytes where UTF-8 text has letters. */
function wideEncoding(bytes: Uint8Array): string | undefined {
  const [first, second, third, fourth] = bytes
  if (first === 0xff && second === 0xfe) return third === 0 && fourth === 0 ? 'UTF-32' : 'UTF-16'
  if (first === 0xfe && second === 0xff) return 'UTF-16'
  if (first === 0 && second === 0) return 'UTF-32'
  return bytes.length > 1 && (first === 0 || second === 0) ? 'UTF-16' : undefined
}
