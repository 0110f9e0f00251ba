// A plan as people read it: level by level, what is left out, the longest chain, and the totals last.

import { criticalPath } from '../orchestrator/core/graph/critical-path.ts'
import type { LeftOut, PlannedGraph } from '../orchestrator/core/graph/define-plan.ts'
import type { Plan, PlanObject } from '../orchestrator/core/graph/plan.ts'
import { zoneLabels } from '../shared/base/layer.ts'
import { linkText } from './link-text.ts'
import { abridged, cutTo, plainText } from './one-line.ts'
import type { Terminal } from './terminal.ts'
import { counted } from './validation.ts'

/** What is shown of a large plan: this many levels, and of each this many objects. */
const mostLevels = 30
const mostObjects = 10
const mostOnPath = 12

/** Prints the plan; `full`: every object of it, however many. */
export function showPlan(terminal: Terminal, planned: PlannedGraph, full: boolean): void {
  const lines = [
    ...levelLines(planned.plan, terminal, full),
    ...leftOutLines(planned.leftOut, terminal, full),
    pathLine(planned.plan, terminal, full),
    totalLine(planned.plan, terminal),
  ]
  terminal.result(lines.join('\n'))
}

interface Level {
  readonly first: number
  end: number
}

/** Objects of one zone and level stand together in a plan. */
function levelsOf(objects: Plan['objects']): readonly Level[] {
  const levels: Level[] = []
  for (let index = 0; index < objects.length; index++) {
    const last = levels.at(-1)
    const [before, object] = [objects[index - 1], objects[index]]
    if (last !== undefined && before?.level === object?.level && before?.zone === object?.zone) last.end++
    else levels.push({ first: index, end: index + 1 })
  }
  return levels
}

function levelLines({ objects }: Plan, terminal: Terminal, full: boolean): readonly string[] {
  const levels = levelsOf(objects)
  const shown = full ? levels : levels.slice(0, mostLevels)
  const lines = shown.flatMap((level) => linesOfLevel(objects.slice(level.first, level.end), terminal, full))
  if (shown.length === levels.length) return lines
  const hidden = objects.length - (shown.at(-1)?.end ?? 0)
  return [
    ...lines,
    `… ${levels.length - shown.length} more levels with ${counted(hidden, 'object')} (--full prints all)`,
  ]
}

function linesOfLevel(objects: readonly PlanObject[], terminal: Terminal, full: boolean): readonly string[] {
  const [first] = objects
  const shown = full ? objects : objects.slice(0, mostObjects)
  const width = Math.max(...shown.slice(0, 1_000).map(({ id }) => id.length))
  const head = terminal.paintResult(
    'bold',
    `${first?.zone}, level ${first?.level}: ${counted(objects.length, 'object')}`,
  )
  const most = full ? Number.POSITIVE_INFINITY : terminal.resultColumns
  const lines = [head, ...shown.map((object) => cutTo(most, `  ${objectText(object, width)}`))]
  const hidden = objects.length - shown.length
  return hidden > 0 ? [...lines, `  … ${hidden} more`] : lines
}

function objectText({ id, name, parents, links }: PlanObject, width: number): string {
  const named = name === undefined || name === id ? '' : `  ${plainText(name)}`
  const needs = parents.length === 0 ? '' : `  ← ${abridged(parentTexts(parents, links), ', ', mostOnPath)}`
  return `${id.padEnd(width)}${named}${needs}`.trimEnd()
}

function parentTexts(parents: PlanObject['parents'], links: PlanObject['links']): readonly string[] {
  if (links === undefined) return parents
  return parents.map((id) => {
    const policy = links.get(id)
    return policy === undefined ? id : `${id} (${linkText(policy)})`
  })
}

const reasons: Record<LeftOut['reason'], string> = {
  inactive: 'its state is not active',
  'not-needed': 'no target needs it',
}

function leftOutLines(leftOut: readonly LeftOut[], terminal: Terminal, full: boolean): readonly string[] {
  if (leftOut.length === 0) return []
  const shown = full ? leftOut : leftOut.slice(0, mostObjects)
  const lines = shown.map(({ id, reason }) => `  ${id}: ${reasons[reason]}`)
  const hidden = leftOut.length - shown.length
  const head = terminal.paintResult('bold', `left out: ${counted(leftOut.length, 'object')}`)
  return [head, ...lines, ...(hidden > 0 ? [`  … ${hidden} more`] : [])]
}

function pathLine(plan: Plan, terminal: Terminal, full: boolean): string {
  const path = criticalPath(plan)
  const ids = abridged(path, ' → ', full ? Number.POSITIVE_INFINITY : mostOnPath)
  return `${terminal.paintResult('bold', `longest chain (${counted(path.length, 'object')}):`)} ${ids}`
}

function totalLine({ objects, hash, targets, parents }: Plan, terminal: Terminal): string {
  const zones = zoneLabels
    .map((zone) => [zone, objects.filter((object) => object.zone === zone).length] as const)
    .filter(([, count]) => count > 0)
    .map(([zone, count]) => `${count} in ${zone}`)
  const levels = objects.reduce((deepest, { level }) => Math.max(deepest, level), 0) + 1
  const links = counted(parents.targets.length, 'link')
  const total = terminal.paintResult('green', counted(objects.length, 'object'))
  return `plan ${hash.slice(0, 12)}: ${total} (${zones.join(', ')}), ${links}, ${counted(levels, 'level')}, ${counted(targets.length, 'target')}`
}
