// A random plan: layered objects with links to parents before them.

import { definePlanOfObjects } from '../../orchestrator/core/graph/define-plan.ts'
import type { Plan } from '../../orchestrator/core/graph/plan.ts'
import { assert } from '../../shared/base/assert.ts'
import { layers } from '../../shared/base/layer.ts'
import type { Random } from '../../shared/base/random.ts'
import { drawPolicy, drawTerms, inWords } from './draw-policies.ts'
import type { World } from './world.ts'

const criticalities = ['high', 'medium', 'low']

function drawLink({ looseLinks, policies }: World, random: Random, id: string) {
  if (looseLinks === 0 || random() >= looseLinks) return id
  const policy = random() < 0.5 ? 'optional' : 'stale-ok'
  return { id, policy, ...drawTerms(policies, random, policy) }
}

function drawOwnPolicy({ policies, loaderMs }: World, random: Random) {
  if (policies.ownPolicies === 0 || random() >= policies.ownPolicies) return {}
  return { policy: inWords(drawPolicy(random, { loaderMs, isHealed: policies.isHealed })) }
}

/** Every object is in the plan; layers grow with the index, parents come from smaller ones. */
export function drawPlan(world: World, random: Random): Plan {
  const size = world.objectsPerRun
  const definitions = Array.from({ length: size }, (_, index) => {
    const layer = layers[Math.floor((index * layers.length) / size)] ?? 1000
    const parents = Array.from({ length: Math.floor(random() * (world.mostParents + 1)) }, () =>
      Math.floor(random() * index),
    )
    const unique = index === 0 ? [] : [...new Set(parents)]
    const criticality = criticalities[Math.floor(random() * criticalities.length)]
    return {
      id: `o${index}`,
      layer,
      parents: unique.map((parent) => drawLink(world, random, `o${parent}`)),
      criticality,
      ...drawOwnPolicy(world, random),
    }
  })
  const defined = definePlanOfObjects({
    objects: definitions,
    selection: { all: true },
    missingParents: 'fail',
  })
  assert(defined.ok, 'a drawn plan is valid')
  return defined.value.plan
}
