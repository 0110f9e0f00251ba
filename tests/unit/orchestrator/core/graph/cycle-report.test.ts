// Ten thousand random graphs: what is reported as a cycle is one, none is shorter, and none is reported where there is none.

import fc from 'fast-check'
import { DirectedGraph } from 'graphology'
import { hasCycle } from 'graphology-dag'
import { describe, expect, it } from 'vitest'
import { definePlanOfObjects } from '../../../../../orchestrator/core/graph/define-plan.ts'
import { seed } from '../../../../support/wild-texts.ts'

/** The parents of each object, by number. */
type Graph = readonly (readonly number[])[]

/** Sizes and densities from a few circles in much order to one knot of everything. */
const graphs: fc.Arbitrary<Graph> = fc
  .tuple(fc.integer({ min: 2, max: 25 }), fc.integer({ min: 1, max: 4 }), fc.boolean())
  .chain(([size, most, isMostlyOrdered]) => {
    const parents = fc.uniqueArray(fc.nat(size - 1), { maxLength: most })
    return fc
      .tuple(fc.array(parents, { minLength: size, maxLength: size }), fc.nat(size - 1))
      .map(([lists, free]) =>
        lists.map((list, child) =>
          list.filter((parent) => parent !== child && (!isMostlyOrdered || parent < child || child === free)),
        ),
      )
  })

/** How many links lead from `start` to each object that it reaches; to itself the shortest way round. */
function distancesFrom(graph: Graph, start: number): ReadonlyMap<number, number> {
  const distances = new Map<number, number>()
  let front = [start]
  for (let distance = 1; front.length > 0; distance++) {
    const reached = front.flatMap((object) => graph[object] ?? [])
    front = [...new Set(reached)].filter((object) => !distances.has(object))
    for (const object of front) distances.set(object, distance)
  }
  return distances
}

/** Of each knot of objects that need each other: its members, and how long its shortest cycle is. */
function knotsOf(graph: Graph): ReadonlyMap<string, number> {
  const from = graph.map((_, start) => distancesFrom(graph, start))
  const knots = new Map<string, number>()
  from.forEach((distances, object) => {
    const round = distances.get(object)
    if (round === undefined) return
    const members = [...distances.keys()].filter((other) => from[other]?.has(object))
    const knot = members.sort((a, b) => a - b).join()
    knots.set(knot, Math.min(knots.get(knot) ?? Number.POSITIVE_INFINITY, round))
  })
  return knots
}

/** The cycles that people read of, as numbers: `n3 → n5 → n3 is a cycle`. */
function reported(graph: Graph): readonly (readonly number[])[] {
  const objects = graph.map((list, index) => ({
    id: `n${index}`,
    layer: 1000,
    parents: list.map((parent) => `n${parent}`),
  }))
  const planned = definePlanOfObjects({ objects, selection: { all: true } })
  if (planned.ok) return []
  expect(new Set(planned.reason.map(({ code }) => code))).toEqual(new Set(['CYCLE']))
  return planned.reason.map(({ message, pointer }) => {
    const way =
      message
        .split(' is a cycle')[0]
        ?.split(' → ')
        .map((name) => Number(name.slice(1))) ?? []
    expect(way.at(-1)).toBe(way[0])
    expect(pointer).toBe(`/objects/${way[0]}/parents`)
    expect(message).not.toContain('there may be a shorter one')
    return way.slice(0, -1)
  })
}

describe('the report of cycles', { timeout: 60_000 }, () => {
  it('has a real and shortest one for each knot, and none else (any graph)', () => {
    const seen = { ordered: 0, knotted: 0 }
    fc.assert(
      fc.property(graphs, (graph) => {
        const knots = knotsOf(graph)
        const cycles = reported(graph)
        seen[knots.size === 0 ? 'ordered' : 'knotted']++
        expect(cycles).toHaveLength(knots.size)
        const missed = new Map(knots)
        for (const cycle of cycles) {
          for (const [step, child] of cycle.entries())
            expect(graph[child]).toContain(cycle[(step + 1) % cycle.length])
          expect(new Set(cycle).size).toBe(cycle.length)
          const knot = [...missed.keys()].find((members) => members.split(',').includes(`${cycle[0]}`)) ?? ''
          expect(cycle).toHaveLength(missed.get(knot) ?? -1)
          missed.delete(knot)
        }
      }),
      { seed, numRuns: 10_000 },
    )
    // Both are met often, else the examples say nothing.
    expect(Math.min(seen.ordered, seen.knotted)).toBeGreaterThan(1_500)
  })

  it('is there exactly where another hand finds a cycle, too (any graph)', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const other = new DirectedGraph()
        for (const index of graph.keys()) other.addNode(index)
        graph.forEach((list, child) => {
          for (const parent of list) other.addEdge(parent, child)
        })
        expect(reported(graph).length > 0).toBe(hasCycle(other))
      }),
      { seed, numRuns: 1_000 },
    )
  })
})
