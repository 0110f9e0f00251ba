// A plan in the language of Graphviz.

import { forEachLink, type Plan } from '../../orchestrator/core/graph/plan.ts'
import { linkText } from '../link-text.ts'
import { plainText } from '../one-line.ts'
import { zoneColours } from './zone-colours.ts'

export function dotOf(plan: Plan): string {
  const lines = [
    'digraph millefeuille {',
    '  rankdir=LR; ranksep=0.8; nodesep=0.2;',
    '  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=11, fontcolor="#1a202c"];',
    '  edge [color="#718096", arrowsize=0.6];',
  ]
  for (const { id, name, zone } of plan.objects) {
    const { fill, stroke } = zoneColours[zone]
    const label = name === undefined || name === id ? escaped(id) : `${escaped(id)}\\n${escaped(name)}`
    lines.push(`  "${escaped(id)}" [label="${label}", fillcolor="${fill}", color="${stroke}"];`)
  }
  plan.objects.forEach((child, index) => {
    forEachLink(plan.parents, index, (parent) => {
      const { id = '' } = plan.objects[parent] ?? {}
      const policy = child.links?.get(id)
      const style = policy === undefined ? '' : ` [style=dashed, label="${linkText(policy)}", fontsize=9]`
      lines.push(`  "${escaped(id)}" -> "${escaped(child.id)}"${style};`)
    })
  })
  return [...lines, '}'].join('\n')
}

/** Graphviz reads entities of HTML in every string, so that an ampersand is one too. */
function escaped(text: string): string {
  return plainText(text).replaceAll('&', '&amp;').replace(/["\\]/g, '\\$&')
}
