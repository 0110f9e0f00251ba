// From entries of definition files to a graph, or to everything that is wrong with them.

import { failure, type Result, success } from '../../../shared/base/result.ts'
import { type DefinitionFault, type EntryFault, hasErrors } from './definition-fault.ts'
import { fieldPath } from './definition-fields.ts'
import type { Definitions } from './definition-source.ts'
import { type EntryObject, type EntryTable, readEntries } from './entry-table.ts'
import { located } from './fault-location.ts'
import type { Graph } from './graph.ts'
import { IdIndex } from './id-index.ts'
import { linkEntries } from './link-entries.ts'
import { inverted, renumbered } from './links.ts'
import { levelsOf, orderOf } from './order.ts'
import type { Links, PlanObject } from './plan.ts'
import { type Cycle, shortestCycles } from './shortest-cycle.ts'

export interface CheckOptions {
  /** Of a parent that no object is: `fail` is an error, `ignore` warns and treats it as satisfied. */
  readonly missingParents: 'fail' | 'ignore'
}

export interface CheckedGraph {
  readonly graph: Graph
  readonly warnings: readonly DefinitionFault[]
}

/**
 * Checks fields, identities, layers, parents, cron expressions and cycles, and puts the objects in order.
 * All faults are reported at once, warnings among them, by file, line and column. Never throws for input;
 * the time is linear in objects and links, but for the search of the shortest cycles.
 */
export function checkGraph(
  definitions: Definitions,
  options: CheckOptions,
): Result<CheckedGraph, DefinitionFault[]> {
  const faults: EntryFault[] = []
  const report = (fault: EntryFault) => {
    faults.push(fault)
  }
  const table = readEntries(definitions, report)
  const parents = linkEntries(table, definitions.unread, options.missingParents, report)
  const children = inverted(parents)
  const levels = levelsOf(parents, children)
  if (levels.ordered < table.objects.length) {
    const isStuck = levels.isOrdered.map((isOrdered) => 1 - isOrdered)
    reportCycles(table.objects, table.entryOf, parents, children, isStuck, report)
  }
  const all = located(definitions, faults)
  if (hasErrors(all)) return failure(all)
  const graph = ordered(table, parents, levels.levels)
  return success({ graph, warnings: all })
}

function ordered(table: EntryTable, parents: Links, levels: Uint32Array): Graph {
  const order = orderOf(table.objects, levels)
  const { inactive } = table
  const isInOrder = order.every((old, index) => old === index)
  if (!isInOrder || inactive.length > 0) return reordered(table, order, parents, levels)
  table.objects.forEach((object, index) => {
    object.level = levels[index] as number
  })
  const children = inverted(parents)
  return { objects: table.objects, parents: inverted(children), children, indexOf: table.byId, inactive }
}

function reordered(table: EntryTable, order: Uint32Array, parents: Links, levels: Uint32Array): Graph {
  const newOf = new Uint32Array(order.length)
  const objects: PlanObject[] = new Array(order.length)
  const indexOf = new IdIndex(order.length)
  for (let index = 0; index < order.length; index++) {
    const old = order[index] as number
    const object = table.objects[old] as EntryObject
    newOf[old] = index
    object.level = levels[old] as number
    objects[index] = object
    indexOf.set(object.id, index)
  }
  const children = inverted(renumbered(parents, order, newOf))
  return { objects, parents: inverted(children), children, indexOf, inactive: table.inactive }
}

/** Objects are numbered by order of id first, so that the same cycle is reported in any order of the files. */
function reportCycles(
  objects: EntryTable['objects'],
  entryOf: EntryTable['entryOf'],
  parents: Links,
  children: Links,
  isStuck: Uint8Array,
  report: (fault: EntryFault) => void,
): void {
  const order = orderOf(objects, new Uint32Array(objects.length))
  const newOf = new Uint32Array(order.length)
  order.forEach((old, index) => {
    newOf[old] = index
  })
  const stuck = Uint8Array.from(order, (old) => isStuck[old] as number)
  const cycles = shortestCycles(renumbered(parents, order, newOf), renumbered(children, order, newOf), stuck)
  for (const { path, isShortest } of cycles) {
    const numbers = path.map((index) => order[index] as number)
    report(cycleFault(objects, entryOf, { path: numbers, isShortest }))
  }
}

function cycleFault(
  objects: EntryTable['objects'],
  entryOf: EntryTable['entryOf'],
  cycle: Cycle,
): EntryFault {
  const ids = cycle.path.map((index) => objects[index]?.id ?? '')
  const first = cycle.path[0] ?? 0
  const way = [...ids, ids[0]].join(' → ')
  return {
    code: 'CYCLE',
    severity: 'error',
    entry: entryOf[first] ?? 0,
    path: fieldPath(objects[first]?.definition ?? {}, 'parents'),
    message: `${way} is a cycle: each needs the next${cycle.isShortest ? '' : ' (there may be a shorter one)'}`,
    hint: `remove one of the links, for instance ${ids[1]} from the parents of ${ids[0]}`,
  }
}
