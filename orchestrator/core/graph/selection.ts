// Which objects of a graph are asked for, and what they need.

import { objectIdOf } from '../../../shared/base/object-id.ts'
import { failure, type Result, success } from '../../../shared/base/result.ts'
import type { DefinitionFault } from './definition-fault.ts'
import type { Graph } from './graph.ts'
import { suggester } from './suggestion.ts'

export interface Selection {
  /** Ids asked for, as `--target` gives them. */
  readonly targets?: readonly string[]
  /** Expressions: `3005` and `+3005` (with ancestors), `2002+` and `+2002+` (with descendants), or `all`. */
  readonly select?: readonly string[]
  readonly all?: boolean
}

/** Indices of the targets, ascending. Everything they need belongs to the plan too, whatever the expression says. */
export function selectTargets(graph: Graph, selection: Selection): Result<Uint32Array, DefinitionFault[]> {
  const size = graph.objects.length
  const words = [...(selection.targets ?? []), ...(selection.select ?? [])].flatMap((text) =>
    text.split(/[,\s]+/).filter((word) => word !== ''),
  )
  const isTarget = new Uint8Array(size)
  const faults: DefinitionFault[] = []
  if (selection.all === true || words.includes('all')) isTarget.fill(1)
  else if (words.length === 0) markDefaults(graph, isTarget)
  else for (const word of words) markWord(graph, word, isTarget, faults)
  if (faults.length > 0) return failure(faults)
  return success(Uint32Array.from(marked(isTarget)))
}

function* marked(marks: Uint8Array): Iterable<number> {
  for (let index = 0; index < marks.length; index++) if (marks[index] === 1) yield index
}

/** Every application-layer object; where there is none, every object that no other needs. */
function markDefaults(graph: Graph, isTarget: Uint8Array): void {
  const { objects, children } = graph
  const hasApplications = objects.at(-1)?.layer === 3000
  for (let index = 0; index < objects.length; index++) {
    const isSink = children.offsets[index] === children.offsets[index + 1]
    if (hasApplications ? objects[index]?.layer === 3000 : isSink) isTarget[index] = 1
  }
}

function markWord(graph: Graph, word: string, isTarget: Uint8Array, faults: DefinitionFault[]): void {
  const exact = indexOf(graph, word)
  if (exact !== undefined) {
    isTarget[exact] = 1
    return
  }
  const id = word.replace(/^\+/, '').replace(/\+$/, '')
  if (id === '') {
    faults.push(noSelector(word))
    return
  }
  const index = indexOf(graph, id)
  if (index === undefined) {
    faults.push(unknownTarget(graph, id))
    return
  }
  const isMarked = new Uint8Array(isTarget.length)
  isMarked[index] = 1
  if (word.endsWith('+')) markDescendants(graph, isMarked)
  for (const each of marked(isMarked)) isTarget[each] = 1
}

function indexOf(graph: Graph, id: string): number | undefined {
  return graph.indexOf.get(objectIdOf(id) ?? id)
}

/** Marks everything that needs a marked object: children come after their parents, so once through is enough. */
export function markDescendants(graph: Pick<Graph, 'children' | 'objects'>, marks: Uint8Array): void {
  const { offsets, targets } = graph.children
  for (let index = 0; index < marks.length; index++) {
    if (marks[index] !== 1) continue
    const end = offsets[index + 1] as number
    for (let at = offsets[index] as number; at < end; at++) marks[targets[at] as number] = 1
  }
}

/** Marks everything that a marked object needs. */
export function markAncestors(graph: Pick<Graph, 'parents' | 'objects'>, marks: Uint8Array): void {
  const { offsets, targets } = graph.parents
  for (let index = marks.length - 1; index >= 0; index--) {
    if (marks[index] !== 1) continue
    const end = offsets[index + 1] as number
    for (let at = offsets[index] as number; at < end; at++) marks[targets[at] as number] = 1
  }
}

function unknownTarget(graph: Graph, id: string): DefinitionFault {
  const isInactive = graph.inactive.includes(objectIdOf(id) ?? id)
  const names = () =>
    graph.objects.flatMap(({ id, name }) => (name === undefined ? [] : [[name, id] as const]))
  const near = suggester(
    graph.objects.map((object) => object.id),
    names,
  ).nearest(id)
  const message = isInactive ? `the target ${id} is left out because of its state` : `no object is ${id}`
  const hint = isInactive
    ? 'set its EtatObjet to "actif"'
    : near === undefined
      ? 'name an id of the files, or use --all'
      : `did you mean ${near}?`
  return { ...targetsPlace, message, hint }
}

const targetsPlace = {
  code: 'UNKNOWN_TARGET',
  severity: 'error',
  file: 'targets',
  line: 0,
  column: 0,
  pointer: '',
} as const

function noSelector(word: string): DefinitionFault {
  const hint = 'a selector is an id with a + before it, behind it or both: +3005, 2002+, +2002+'
  return { ...targetsPlace, message: `the selector ${word} names no object`, hint }
}
