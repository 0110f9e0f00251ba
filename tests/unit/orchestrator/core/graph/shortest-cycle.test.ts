// Reported cycles are real and shortest, checked against all distances.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inverted, LinkBuilder } from '../../../../../orchestrator/core/graph/links.ts'
import { shortestCycles } from '../../../../../orchestrator/core/graph/shortest-cycle.ts'
import { seed } from '../../../../support/wild-texts.ts'

const linksOf = (lists: readonly (readonly number[])[]) => {
  const builder = new LinkBuilder(lists.length)
  for (const list of lists) {
    for (const target of list) builder.add(target)
    builder.closeObject()
  }
  return builder.finish()
}
const cyclesOf = (lists: readonly (readonly number[])[], budget?: number) => {
  const links = linksOf(lists)
  return shortestCycles(links, inverted(links), new Uint8Array(lists.length).fill(1), budget)
}

/** The oracle: how many links lead from each object to each other, by matrices and not by search. */
function distances(lists: readonly (readonly number[])[]): number[][] {
  const far = lists.map((list) => lists.map((_, to) => (list.includes(to) ? 1 : Number.POSITIVE_INFINITY)))
  for (let over = 0; over < far.length; over++)
    for (const row of far)
      for (let to = 0; to < far.length; to++)
        row[to] = Math.min(row[to] as number, (row[over] as number) + ((far[over] as number[])[to] as number))
  return far
}

const graphs = fc
  .integer({ min: 2, max: 14 })
  .chain((size) =>
    fc.array(fc.uniqueArray(fc.nat(size - 1), { maxLength: 3 }), { minLength: size, maxLength: size }),
  )
  .map((lists) => lists.map((list, index) => list.filter((target) => target !== index)))

describe('the report of cycles', () => {
  it('is one real and shortest cycle for each part that hangs together (any graph)', () => {
    fc.assert(
      fc.property(graphs, (lists) => {
        const far = distances(lists)
        const at = (from: number, to: number) => far[from]?.[to] ?? Number.POSITIVE_INFINITY
        const knots = new Map<string, number>()
        lists.forEach((_, index) => {
          if (at(index, index) === Number.POSITIVE_INFINITY) return
          const knot = lists
            .flatMap((_, other) => (at(index, other) + at(other, index) < Infinity ? [other] : []))
            .join()
          knots.set(knot, Math.min(knots.get(knot) ?? Number.POSITIVE_INFINITY, at(index, index)))
        })
        const cycles = cyclesOf(lists)
        expect(cycles.map(({ path }) => path.length).sort()).toEqual([...knots.values()].sort())
        for (const { path, isShortest } of cycles) {
          expect(isShortest).toBe(true)
          expect(new Set(path).size).toBe(path.length)
          path.forEach((from, step) => {
            expect(lists[from]).toContain(path[(step + 1) % path.length])
          })
          expect(Math.min(...path)).toBe(path[0])
          const knot = [...knots.keys()].filter((members) => members.split(',').includes(String(path[0])))
          expect(knots.get(knot[0] ?? '')).toBe(path.length)
        }
      }),
      { seed, numRuns: 2_000 },
    )
  })

  it('takes a ring of a million objects', () => {
    const size = 1_000_000
    const [cycle] = cyclesOf(Array.from({ length: size }, (_, index) => [(index + 1) % size]))
    expect(cycle?.path).toHaveLength(size)
  })

  it('takes layers in a ring, where every object lies on countless cycles', () => {
    const [wide, deep] = [100, 50]
    const lists = Array.from({ length: wide * deep }, (_, index) => {
      const next = ((Math.floor(index / wide) + 1) % deep) * wide
      return Array.from({ length: wide }, (_, target) => next + target)
    })
    expect(cyclesOf(lists)[0]?.path).toHaveLength(deep)
  })

  it('finds the one short cycle behind long ones', () => {
    const size = 2_000
    const lists = Array.from({ length: size }, (_, index) => [(index + 1) % size])
    lists[1_500] = [1_501, 1_490]
    expect(cyclesOf(lists)[0]).toMatchObject({ isShortest: true, path: { length: 11 } })
  })

  it('settles for the shortest so far when the effort is spent, and says so', () => {
    const lists = [[1], [2, 4], [3], [0], [5], [3]]
    expect(cyclesOf(lists)[0]).toMatchObject({ path: [0, 1, 2, 3], isShortest: true })
    const wheel = Array.from({ length: 60 }, (_, index) => (index === 50 ? [51, 40] : [(index + 1) % 60]))
    const [cycle] = cyclesOf(wheel, 0)
    expect(cycle).toMatchObject({ isShortest: false, path: { length: 60 } })
    cycle?.path.forEach((from, step) => {
      expect(wheel[from]).toContain(cycle.path[(step + 1) % cycle.path.length])
    })
  })
})
