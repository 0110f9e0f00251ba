// A plan as nodes and links, for programs that draw.

import type { LinkKind } from '../../orchestrator/core/graph/link-policy.ts'
import { forEachLink, type Plan } from '../../orchestrator/core/graph/plan.ts'

/** One line; nodes in plan order, links by child and then by parent, both in plan order; those that are required say no policy. */
export function graphJsonOf(plan: Plan): string {
  const nodes = plan.objects.map(({ id, name, layer, zone, level, criticality }) => ({
    id,
    name: name ?? id,
    layer,
    zone,
    level,
    criticality,
  }))
  const links: { from: string; to: string; policy?: LinkKind }[] = []
  plan.objects.forEach(({ id, links: policies }, index) => {
    forEachLink(plan.parents, index, (parent) => {
      const from = plan.objects[parent]?.id ?? ''
      const policy = policies?.get(from)?.kind
      links.push({ from, to: id, ...(policy === undefined ? {} : { policy }) })
    })
  })
  return JSON.stringify({ format: 'millefeuille/graph@1', hash: plan.hash, nodes, links })
}
