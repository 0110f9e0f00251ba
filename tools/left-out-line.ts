// What `run` does not load because nobody asked for it: said where nobody chose the targets himself.

import type { LeftOut } from '../orchestrator/core/graph/define-plan.ts'
import { abridged } from './one-line.ts'
import type { SelectionOptions } from './selection-options.ts'
import { counted } from './validation.ts'

const mostIds = 6

/** Undefined: everything that is active is loaded, or somebody said what is. */
export function leftOutLine(leftOut: readonly LeftOut[], selection: SelectionOptions): string | undefined {
  const ids = leftOut.filter(({ reason }) => reason === 'not-needed').map(({ id }) => id)
  if (ids.length === 0 || selection.target !== undefined || selection.select !== undefined) return undefined
  const [are, needs] = ids.length === 1 ? ['is', 'needs it'] : ['are', 'needs them']
  return `${counted(ids.length, 'object')} ${are} left out, as no target ${needs}: ${abridged(ids, ', ', mostIds)} (--all loads everything)`
}
