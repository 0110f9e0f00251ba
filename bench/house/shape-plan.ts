// The plan of a shape, made once a process: planning is measured elsewhere.

import { definePlanOfObjects } from '../../orchestrator/core/graph/define-plan.ts'
import type { Plan } from '../../orchestrator/core/graph/plan.ts'
import type { Json } from '../../shared/base/json.ts'
import { definitionsOf, type Shape } from '../shape.ts'

const known = new Map<string, Plan>()

export function planOfShape(shape: Shape): Plan {
  const key = JSON.stringify(shape)
  const plan = known.get(key) ?? freshPlan(shape)
  known.set(key, plan)
  return plan
}

function freshPlan(shape: Shape): Plan {
  const objects = definitionsOf(shape) as unknown as readonly Json[]
  const planned = definePlanOfObjects({ objects, selection: { all: true } })
  if (!planned.ok) throw new Error(`${shape.name}: ${planned.reason[0]?.message}`)
  return planned.value.plan
}
