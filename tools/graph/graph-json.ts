// A plan as nodes and links, for programs that draw.

import { forEachLink, type Plan } from '../../orchestrator/core/graph/plan.ts'

/** One line; nodes in plan order, links by child and then by parent, both in plan order. */
export function graphJsonOf(plan: Plan): string {
  const nodes = plan.objects.map(({ id, name, layer, zone, level, criticality }) => ({
    id,
    name: name ?? id,
    layer,
    zone,
    level,
    criticality,
  }))
  const links: { from: string; to: string }[] = []
  plan.objects.forEach(({ id }, index) => {
    forEachLink(plan.parents, index, (parent) => {
      links.push({ from: plan.objects[parent]?.id ?? '', to: id })
    })
  })
  return JSON.stringify({ format: 'millefeuille/graph@1', hash: plan.hash, nodes, links })
}
