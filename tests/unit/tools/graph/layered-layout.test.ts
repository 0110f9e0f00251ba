// The layout of drawings: boxes never overlap, links run from left to right, and needless crossings go.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { layeredLayout } from '../../../../tools/graph/layered-layout.ts'
import { verticalPlaces } from '../../../../tools/graph/layered-places.ts'
import { planOf } from '../../../support/plan-of.ts'
import { seed } from '../../../support/wild-texts.ts'

const steps = { boxStep: 54, bendStep: 16 }

/** Any acyclic graph: objects link to objects before them. */
const sketches = fc
  .array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 30 })
  .map((lists) =>
    Object.fromEntries(
      lists.map((list, index) => [
        `n${index}`,
        index === 0 ? [] : [...new Set(list.map((number) => `n${number % index}`))],
      ]),
    ),
  )

describe('the layout', () => {
  it('leaves every vertex its room, in any graph', () => {
    fc.assert(
      fc.property(sketches, (sketch) => {
        const plan = planOf(sketch)
        const layout = layeredLayout(plan)
        const places = verticalPlaces(layout, steps)
        const room = (vertex: number) => (vertex < layout.objects ? steps.boxStep : steps.bendStep)
        for (const column of layout.columns)
          column.forEach((vertex, at) => {
            const above = column[at - 1]
            if (above === undefined) return
            const distance = (places[vertex] ?? 0) - (places[above] ?? 0)
            expect(distance).toBeGreaterThanOrEqual((room(vertex) + room(above)) / 2 - 1e-6)
          })
        expect(Math.min(...places)).toBeCloseTo(steps.boxStep / 2)
      }),
      { seed },
    )
  })

  it('leads every link over neighbouring columns from its parent to its child, in any graph', () => {
    fc.assert(
      fc.property(sketches, (sketch) => {
        const plan = planOf(sketch)
        const { columnOf, segments, objects, columns } = layeredLayout(plan)
        expect(columns.flatMap((column) => [...column]).sort((a, b) => a - b)).toEqual([...columnOf.keys()])
        const before = new Map<number, number[]>()
        for (const { from, to } of segments) {
          expect(columnOf[to]).toBe((columnOf[from] ?? 0) + 1)
          before.set(to, [...(before.get(to) ?? []), from])
        }
        const originOf = (vertex: number): number =>
          vertex < objects ? vertex : originOf(before.get(vertex)?.[0] ?? -1)
        plan.objects.forEach((object, index) => {
          const origins = (before.get(index) ?? []).map((vertex) => plan.objects[originOf(vertex)]?.id)
          expect(origins.sort()).toEqual([...object.parents].sort())
        })
      }),
      { seed },
    )
  })

  it('unties links that need not cross', () => {
    const { columns } = layeredLayout(planOf({ a: [], b: [], c: [], x: ['c'], y: ['b'], z: ['a'] }))
    const [left, right] = columns.map((column) => [...column])
    expect(right?.map((vertex) => vertex - 3)).toEqual(left?.map((vertex) => 2 - vertex))
  })

  it('draws a line straight', () => {
    const layout = layeredLayout(planOf({ a: [], b: ['a'], c: ['b'], d: ['c'] }))
    expect(new Set(verticalPlaces(layout, steps))).toEqual(new Set([27]))
  })
})
