// A plan as a Mermaid flowchart, for README files and wikis.

import { forEachLink, type Plan } from '../../orchestrator/core/graph/plan.ts'
import { type ZoneLabel, zoneLabels } from '../../shared/base/layer.ts'
import { linkText } from '../link-text.ts'
import { plainText } from '../one-line.ts'
import { zoneColours } from './zone-colours.ts'

/** What Mermaid draws unless its page is configured otherwise. */
export const mermaidLimits = { links: 500, characters: 50_000 }

/** Boxes are called n0, n1, … in plan order, since Mermaid knows words of its own; ids stand in the labels. */
export function mermaidOf(plan: Plan): string {
  const lines = ['flowchart LR', ...zoneLabels.flatMap((zone) => zoneLines(plan, zone))]
  plan.objects.forEach(({ links }, index) => {
    forEachLink(plan.parents, index, (parent) => {
      const policy = links?.get(plan.objects[parent]?.id ?? '')
      const arrow = policy === undefined ? '-->' : `-.->|"${linkText(policy)}"|`
      lines.push(`  n${parent} ${arrow} n${index}`)
    })
  })
  return lines.join('\n')
}

function zoneLines(plan: Plan, zone: ZoneLabel): readonly string[] {
  const boxes = plan.objects.flatMap((object, index) =>
    object.zone === zone ? [`    n${index}["${labelOf(object)}"]:::${classOf(zone)}`] : [],
  )
  if (boxes.length === 0) return []
  const { fill, stroke } = zoneColours[zone]
  return [
    `  classDef ${classOf(zone)} fill:${fill},stroke:${stroke},color:#1a202c`,
    `  subgraph ${classOf(zone)}_zone["${zone}"]`,
    ...boxes,
    '  end',
  ]
}

function labelOf({ id, name }: { readonly id: string; readonly name: string | undefined }): string {
  return name === undefined || name === id ? escaped(id) : `${escaped(id)}<br/>${escaped(name)}`
}

function classOf(zone: ZoneLabel): string {
  return zone.slice(2).toLowerCase()
}

/** Everything that Mermaid, Markdown or HTML could read as its own, as entities of Mermaid. */
function escaped(text: string): string {
  return plainText(text).replace(/[#&"'<>`*_~\\;:{}()[\]|$%]/g, (sign) => `#${sign.codePointAt(0)};`)
}
