// What is wrong with a definition, where, and what to do about it.

import type { FaultCode } from '../../../shared/base/fault.ts'

export type Severity = 'error' | 'warning'

export interface DefinitionFault {
  readonly code: FaultCode
  readonly severity: Severity
  /** The file as it was named by the caller; `request` for definitions that came over HTTP, `targets` for a selection. */
  readonly file: string
  /** Counted from 1; 0: it stands in no text (a target, an object that was not read from text). */
  readonly line: number
  /** Counted from 1, in UTF-16 code units, as editors count; 0 where `line` is. */
  readonly column: number
  /** JSON pointer (RFC 6901) into the file: of NDJSON, the first step is the entry's number from 0. */
  readonly pointer: string
  readonly message: string
  /** What to do about it. */
  readonly hint: string
}

/** A fault before its place in the text is known: `entry` counts over all files, `path` leads into the entry. */
export interface EntryFault {
  readonly code: FaultCode
  readonly severity: Severity
  readonly entry: number
  readonly path: readonly (string | number)[]
  /** `{other}` in it becomes the place of the entry `other`. */
  readonly message: string
  readonly other?: number
  readonly hint: string
}

export function hasErrors(faults: readonly { readonly severity: Severity }[]): boolean {
  return faults.some((fault) => fault.severity === 'error')
}

/** The pointer of a path; `~` and `/` inside a step are escaped as RFC 6901 says. */
export function jsonPointer(path: readonly (string | number)[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
