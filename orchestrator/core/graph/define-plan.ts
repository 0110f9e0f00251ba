// All of it: files, or the objects of a request, become a plan or a list of faults.

import type { Json } from '../../../shared/base/json.ts'
import { failure, type Result, success } from '../../../shared/base/result.ts'
import { checkGraph } from './check-graph.ts'
import { compilePlan } from './compile-plan.ts'
import type { DefinitionFault } from './definition-fault.ts'
import {
  type DefinitionFile,
  type Definitions,
  definitionsOf,
  parseDefinitions,
} from './definition-source.ts'
import type { Graph } from './graph.ts'
import type { Plan } from './plan.ts'
import { type Selection, selectTargets } from './selection.ts'

export interface PlanOptions {
  readonly selection?: Selection
  /** Default: `fail`. */
  readonly missingParents?: 'fail' | 'ignore'
}

export interface LeftOut {
  readonly id: string
  readonly reason: 'inactive' | 'not-needed'
}

export interface GraphCounts {
  readonly files: number
  /** Entries of the files, also those that say the same twice. */
  readonly entries: number
  /** Active objects. */
  readonly objects: number
  readonly inactive: number
  readonly links: number
  /** Active objects by zone. */
  readonly zones: {
    readonly '1-Raw': number
    readonly '2-Standardized': number
    readonly '3-Application': number
  }
  readonly warnings: number
}

export interface PlannedGraph {
  readonly plan: Plan
  /** The graph the plan is a part of. */
  readonly graph: Graph
  readonly warnings: readonly DefinitionFault[]
  /** Objects of the files that are not in the plan: inactive ones first, then in order. */
  readonly leftOut: readonly LeftOut[]
  readonly counts: GraphCounts
}

/** Reads, checks, selects and compiles. On failure all faults, warnings among them; on success only warnings. */
export function definePlan(
  input: PlanOptions & { readonly files: readonly DefinitionFile[] },
): Result<PlannedGraph, DefinitionFault[]> {
  return planOf(parseDefinitions(input.files), input)
}

/**
 * The same for definitions that are parsed already, such as the `objects` of an HTTP body; their file is
 * `request`. `text` is the JSON they are the field `objects` of: faults are placed in it.
 */
export function definePlanOfObjects(
  input: PlanOptions & { readonly objects: readonly Json[]; readonly text?: string; readonly file?: string },
): Result<PlannedGraph, DefinitionFault[]> {
  return planOf(definitionsOf(input.objects, input.text, input.file), input)
}

function planOf(definitions: Definitions, options: PlanOptions): Result<PlannedGraph, DefinitionFault[]> {
  const checked = checkGraph(definitions, { missingParents: options.missingParents ?? 'fail' })
  if (!checked.ok) return checked
  const { graph, warnings } = checked.value
  if (graph.objects.length === 0) return failure(noObjects(definitions, warnings))
  const targets = selectTargets(graph, options.selection ?? {})
  if (!targets.ok) return failure([...warnings, ...targets.reason])
  const plan = compilePlan(graph, targets.value)
  const counts = countsOf(definitions, graph, warnings.length)
  return success({ plan, graph, warnings, leftOut: leftOutOf(graph, plan), counts })
}

/** With what was warned of. An empty file is an error where nothing else is, and the only one. */
function noObjects(definitions: Definitions, warnings: readonly DefinitionFault[]): DefinitionFault[] {
  const isEmpty = ({ code }: DefinitionFault) => code === 'NO_OBJECTS'
  if (definitions.entries === 0 && warnings.some(isEmpty))
    return warnings.map((fault) => (isEmpty(fault) ? { ...fault, severity: 'error' } : fault))
  const file = definitions.sources[0]?.file ?? 'files'
  const message = definitions.entries === 0 ? 'there is no object to plan' : 'no object is active'
  const hint = 'give at least one file with at least one active object'
  const place = { file, line: 0, column: 0, pointer: '' }
  return [...warnings, { code: 'NO_OBJECTS', severity: 'error', ...place, message, hint }]
}

function leftOutOf(graph: Graph, plan: Plan): readonly LeftOut[] {
  const inactive = graph.inactive.map((id): LeftOut => ({ id, reason: 'inactive' }))
  if (plan.objects.length === graph.objects.length) return inactive
  const unneeded = graph.objects.filter(({ id }) => !plan.indexOf.has(id))
  return [...inactive, ...unneeded.map(({ id }): LeftOut => ({ id, reason: 'not-needed' }))]
}

function countsOf(definitions: Definitions, graph: Graph, warnings: number): GraphCounts {
  const zones = { '1-Raw': 0, '2-Standardized': 0, '3-Application': 0 }
  for (const { zone } of graph.objects) zones[zone]++
  return {
    files: definitions.sources.length,
    entries: definitions.entries,
    objects: graph.objects.length,
    inactive: graph.inactive.length,
    links: graph.parents.targets.length,
    zones,
    warnings,
  }
}
