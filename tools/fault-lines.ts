// Faults of definitions as people read them: place, code, message, and what to do.

import type { DefinitionFault } from '../orchestrator/core/graph/definition-fault.ts'
import type { Style } from './terminal.ts'

type Paint = (style: Style, text: string) => string

/** Lines for all faults, errors first, in the order of their places; the hint below each. */
export function faultLines(faults: readonly DefinitionFault[], paint: Paint): readonly string[] {
  const sorted = [...faults].sort(
    (a, b) => rank(a) - rank(b) || compare(a.file, b.file) || a.line - b.line || a.column - b.column,
  )
  return sorted.flatMap((fault) => {
    const place = paint('bold', fault.line > 0 ? `${fault.file}:${fault.line}:${fault.column}` : fault.file)
    const kind =
      fault.severity === 'error'
        ? paint('red', `error ${fault.code}`)
        : paint('yellow', `warning ${fault.code}`)
    const pointer = fault.pointer === '' ? '' : paint('dim', ` (${fault.pointer})`)
    return [`${place}: ${kind} ${fault.message}${pointer}`, `  ${paint('dim', `→ ${fault.hint}`)}`]
  })
}

function rank(fault: DefinitionFault): number {
  return fault.severity === 'error' ? 0 : 1
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** `2 errors, 1 warning`. */
export function faultCounts(faults: readonly DefinitionFault[]): string {
  const errors = faults.filter((fault) => fault.severity === 'error').length
  const warnings = faults.length - errors
  return `${errors} ${errors === 1 ? 'error' : 'errors'}, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`
}
