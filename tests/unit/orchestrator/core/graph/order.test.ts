// Levels and order, checked against graphology-dag.

import fc from 'fast-check'
import { DirectedGraph } from 'graphology'
import { hasCycle, topologicalGenerations } from 'graphology-dag'
import { describe, expect, it } from 'vitest'
import { definePlanOfObjects } from '../../../../../orchestrator/core/graph/define-plan.ts'
import { compareIds, orderOf } from '../../../../../orchestrator/core/graph/order.ts'
import { type Layer, layers } from '../../../../../shared/base/layer.ts'
import { seed } from '../../../../support/wild-texts.ts'

const size = 12
const links = fc.uniqueArray(
  fc.tuple(fc.nat(size - 1), fc.nat(size - 1)).filter(([child, parent]) => child !== parent),
  { maxLength: 20, selector: String },
)

/** Objects n0, n1, … of one layer with these links. */
function definitions(pairs: readonly (readonly [number, number])[]) {
  return Array.from({ length: size }, (_, index) => ({
    id: `n${index}`,
    layer: 1000,
    parents: pairs.filter(([child]) => child === index).map(([, parent]) => `n${parent}`),
  }))
}

describe('the order of a graph', () => {
  it('has the levels that graphology-dag finds, and the same verdict on cycles (any graph)', () => {
    fc.assert(
      fc.property(links, (pairs) => {
        const graph = new DirectedGraph()
        for (let index = 0; index < size; index++) graph.addNode(`n${index}`)
        for (const [child, parent] of pairs) graph.addEdge(`n${parent}`, `n${child}`)
        const outcome = definePlanOfObjects({ objects: definitions(pairs), selection: { all: true } })
        expect(outcome.ok).toBe(!hasCycle(graph))
        if (!outcome.ok) {
          expect(new Set(outcome.reason.map(({ code }) => code))).toEqual(new Set(['CYCLE']))
          return
        }
        const levels = new Map(outcome.value.plan.objects.map(({ id, level }) => [id, level]))
        const generations = topologicalGenerations(graph)
        expect(levels).toEqual(
          new Map(generations.flatMap((ids, level) => ids.map((id) => [id, level] as const))),
        )
      }),
      { seed, numRuns: 500 },
    )
  })

  it('is layer, then level, then id by number, in any order of the input (any objects)', () => {
    const anObject = fc.record({
      id: fc.oneof(
        fc.nat(3_000).map(String),
        fc.bigInt(0n, 10n ** 20n).map(String),
        fc.constantFrom('a', 'b', 'B', '1x'),
      ),
      layer: fc.constantFrom<Layer>(...layers),
      level: fc.nat(3),
    })
    fc.assert(
      fc.property(fc.uniqueArray(anObject, { selector: ({ id }) => id }), (objects) => {
        const order = orderOf(
          objects,
          Uint32Array.from(objects, ({ level }) => level),
        )
        const expected = objects.toSorted(
          (a, b) => a.layer - b.layer || a.level - b.level || compareIds(a.id, b.id),
        )
        expect(Array.from(order, (index) => objects[index])).toEqual(expected)
      }),
      { seed },
    )
  })

  it('puts 999 before 1000, numbers before names, and long numbers last among them', () => {
    const ids = ['b', '1000', '100000000000000000000', '999', 'B', '99999999999999999999']
    expect(ids.sort(compareIds)).toEqual([
      '999',
      '1000',
      '99999999999999999999',
      '100000000000000000000',
      'B',
      'b',
    ])
  })

  it('takes a chain of a million objects', { timeout: 60_000 }, () => {
    const objects = Array.from({ length: 1_000_000 }, (_, index) => ({
      id: index + 10_000,
      layer: 1000,
      ...(index > 0 ? { parents: index + 9_999 } : {}),
    }))
    const outcome = definePlanOfObjects({ objects })
    expect(outcome.ok && outcome.value.plan.objects.at(-1)?.level).toBe(999_999)
  })
})
