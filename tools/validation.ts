// The outcome of a check of definition files: for people, and as JSON for programs.

import type { GraphCounts } from '../orchestrator/core/graph/define-plan.ts'
import type { DefinitionFault } from '../orchestrator/core/graph/definition-fault.ts'
import { zoneLabels } from '../shared/base/layer.ts'
import { faultCounts, faultLines } from './fault-lines.ts'
import type { Terminal } from './terminal.ts'

export interface Validation {
  readonly ok: boolean
  readonly faults: readonly DefinitionFault[]
  readonly files: number
  /** Known only where nothing is wrong. */
  readonly graph: GraphCounts | undefined
}

export const validateFormat = 'millefeuille/validate@1'

/** One line of JSON. `counts` has errors, warnings and files; of a valid graph also what it holds. */
export function validationJson({ ok, faults, files, graph }: Validation): string {
  const errors = faults.filter(({ severity }) => severity === 'error').length
  const counts = { ...graph, errors, warnings: faults.length - errors, files }
  return JSON.stringify({ format: validateFormat, ok, faults, counts })
}

/** More faults than this are counted and not shown to people; `--json` has them all. */
const mostFaults = 1_000

/** All faults with what to do about them, and the summary last. */
export function showValidation(terminal: Terminal, validation: Validation): void {
  const { ok, faults, files, graph } = validation
  const lines = faultLines(faults, terminal.paintResult)
  const hidden = lines.length / 2 - mostFaults
  for (const line of lines.slice(0, 2 * mostFaults)) terminal.result(line)
  if (hidden > 0) terminal.result(`… and ${hidden} more; --json prints them all`)
  const verdict = ok ? terminal.paintResult('green', 'valid') : terminal.paintResult('red', 'invalid')
  const inFiles = counted(files, 'file')
  const what = graph === undefined ? '' : `, ${graphInWords(graph)}`
  const faulty = faults.length === 0 ? '' : `, ${faultCounts(faults)}`
  terminal.result(`${verdict}: ${inFiles}${what}${faulty}`)
}

/** Says on the message side why nothing can be planned. */
export function reportFaults(terminal: Terminal, faults: readonly DefinitionFault[]): void {
  for (const line of faultLines(faults, terminal.paint).slice(0, 2 * mostFaults)) terminal.message(line)
  terminal.message(`${terminal.paint('red', 'invalid')}: ${faultCounts(faults)}`)
}

function graphInWords({ objects, inactive, links, zones }: GraphCounts): string {
  const used = zoneLabels.filter((zone) => zones[zone] > 0).map((zone) => `${zones[zone]} in ${zone}`)
  const leftOut = inactive > 0 ? `, ${inactive} inactive left out` : ''
  return `${counted(objects, 'object')} (${used.join(', ')}), ${counted(links, 'link')}${leftOut}`
}

/** `1 object`, `9 objects`. */
export function counted(count: number, noun: string): string {
  return `${count} ${count === 1 ? noun : `${noun}s`}`
}
