// Plans: their order, links and hash, and their way through chunks.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { criticalPath } from '../../../../../orchestrator/core/graph/critical-path.ts'
import { definePlan, definePlanOfObjects } from '../../../../../orchestrator/core/graph/define-plan.ts'
import { linkCount, type Plan } from '../../../../../orchestrator/core/graph/plan.ts'
import { planChunks, planFromChunks } from '../../../../../orchestrator/core/graph/plan-chunks.ts'
import type { Selection } from '../../../../../orchestrator/core/graph/selection.ts'
import { Fault } from '../../../../../shared/base/fault.ts'
import type { Json, JsonObject } from '../../../../../shared/base/json.ts'
import { seed } from '../../../../support/wild-texts.ts'

function planOf(objects: readonly Json[], selection: Selection = { all: true }): Plan {
  const outcome = definePlanOfObjects({ objects, selection })
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.reason))
  return outcome.value.plan
}
const ids = (plan: Plan, indices: Iterable<number>) => Array.from(indices, (index) => plan.objects[index]?.id)
const shuffledFields = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).reverse())

/** A link as it is written: `required` by its id alone. */
const linkTo = (id: string, policy: Json): Json => (policy === null ? id : { id, policy })

/** Objects of three layers with links of every kind to earlier ones, some with fields that make them differ. */
const graphs = fc
  .array(
    fc.record({
      layer: fc.constantFrom(1000, 2000, 3000),
      parents: fc.array(fc.nat(30), { maxLength: 3 }),
      link: fc.constantFrom(null, 'optional', 'stale-ok'),
      policy: fc.constantFrom(undefined, { max_retries: 2 }, { backoff: { base: '2s' } }),
      criticality: fc.constantFrom('low', 'medium', 'high', undefined),
      extra: fc.jsonValue({ maxDepth: 1 }) as fc.Arbitrary<Json>,
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((drafts) =>
    drafts
      .sort((a, b) => a.layer - b.layer)
      .map(({ parents, link, ...others }, index): JsonObject => {
        const known = [...new Set(parents.filter((parent) => parent < index))]
        // Of two links of one object one is simply required.
        const links = known.map((parent, at) => linkTo(`n${parent}`, at === 0 ? link : null))
        return { ...others, id: `n${index}`, parents: links } as JsonObject
      }),
  )
  .map((objects) => JSON.parse(JSON.stringify(objects)) as JsonObject[])

describe('a plan', () => {
  const plan = planOf([
    { id: 3000, parents: '2001,2002' },
    { id: 2002, parents: [1002, 1001], criticality: 'high' },
    { id: 2001, parents: 1001 },
    { id: 1002 },
    { id: 1001 },
    { id: 1010, parents: 1002, criticality: 'low' },
  ])

  it('has its objects in order, parents before children', () =>
    expect(plan.objects.map(({ id, level }) => [id, level])).toEqual([
      ['1001', 0],
      ['1002', 0],
      ['1010', 1],
      ['2001', 1],
      ['2002', 1],
      ['3000', 2],
    ]))

  it('knows the parents and children of each object by index, ascending', () => {
    const { offsets, targets } = plan.parents
    expect(ids(plan, targets.subarray(offsets[4], offsets[5]))).toEqual(['1001', '1002'])
    expect(plan.objects[4]?.parents).toEqual(['1002', '1001'])
    expect(linkCount(plan.children, plan.indexOf.get('1001') ?? -1)).toBe(2)
    expect(plan.indexOf.get('9999')).toBeUndefined()
  })

  it('dispatches by criticality, then by the longest path to the end, then in order', () =>
    expect(ids(plan, plan.dispatchOrder)).toEqual(['2002', '1001', '1002', '2001', '3000', '1010']))

  it('has a critical path that nothing can shorten', () => {
    expect(criticalPath(plan)).toEqual(['1001', '2001', '3000'])
    expect(
      criticalPath({ objects: [], parents: { offsets: new Uint32Array(1), targets: new Uint32Array() } }),
    ).toEqual([])
  })

  it('has parents and children that are the same links, and a path as long as its depth (any graph)', () => {
    fc.assert(
      fc.property(graphs, (objects) => {
        const one = planOf(objects)
        const pairs = (links: Plan['parents']) =>
          one.objects.flatMap((_, index) =>
            Array.from(links.targets.subarray(links.offsets[index], links.offsets[index + 1]), (to) => [
              index,
              to,
            ]),
          )
        const turned = pairs(one.children).map(([from, to]) => [to, from])
        expect(turned.map(String).sort()).toEqual(pairs(one.parents).map(String).sort())
        for (const [child = 0, parent = 0] of pairs(one.parents)) expect(parent).toBeLessThan(child)
        expect([...one.dispatchOrder].sort((a, b) => a - b)).toEqual(one.objects.map((_, index) => index))
        expect(criticalPath(one)).toHaveLength(1 + Math.max(...one.objects.map(({ level }) => level)))
        for (const object of one.objects) {
          const above = object.parents.map((id) => one.objects[one.indexOf.get(id) ?? -1]?.level ?? -1)
          expect(object.level).toBe(1 + Math.max(-1, ...above))
        }
      }),
      { seed },
    )
  })
})

describe('the hash of a plan', () => {
  it('is the same in any order of objects, fields and files (any graph)', () => {
    fc.assert(
      fc.property(graphs, fc.infiniteStream(fc.nat()), fc.nat(30), (objects, chance, cut) => {
        const keys = objects.map(() => chance.next().value ?? 0)
        const shuffled = objects
          .map((object, index) => ({
            object: index % 2 === 0 ? object : shuffledFields(object),
            key: keys[index] ?? 0,
          }))
          .sort((a, b) => a.key - b.key)
          .map(({ object }) => object)
        const files = [shuffled.slice(0, cut), shuffled.slice(cut)].map((part, index) => ({
          file: `${index}.json`,
          text: JSON.stringify(part, null, index),
        }))
        const outcome = definePlan({ files, selection: { all: true } })
        expect(outcome.ok && outcome.value.plan.hash).toBe(planOf(objects).hash)
      }),
      { seed },
    )
  })

  it('is another for another definition, link, id or target', () => {
    const base: JsonObject[] = [{ id: 1001 }, { id: 1002 }, { id: 2001, parents: 1001 }]
    const hashes = [
      planOf(base),
      planOf([...base.slice(0, 2), { id: 2001, parents: '1001' }]),
      planOf([...base.slice(0, 2), { id: 2001, parents: 1002 }]),
      planOf([...base.slice(0, 2), { id: 2002, parents: 1001 }]),
      planOf([...base.slice(0, 2), { id: 2001, parents: 1001, x: null }]),
      planOf([...base.slice(0, 2), { id: 2001, parents: 1001, x: [] }]),
      planOf([...base.slice(0, 2), { id: 2001, parents: 1001, x: { a: 1 } }]),
      planOf(base, { targets: ['1001', '1002', '2001'].slice(1) }),
    ].map(({ hash }) => hash)
    expect(new Set(hashes).size).toBe(hashes.length)
    for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{64}$/)
  })

  it('stays what it is: plans of runs under way are found by it', () => {
    const objects = [
      { IdObjet: 1001, Criticité: 'high' },
      { id: 2001, parents: 1001, frequency: '0 8 * * *' },
    ]
    expect(planOf(objects).hash).toBe('2a3011a3f6667f86cae86a525e16979a6759dd5bd179bb327e44db8dec28ccb6')
  })
})

describe('the chunks of a plan', () => {
  const plan = planOf(
    Array.from({ length: 300 }, (_, index) => ({
      id: 1000 + index,
      Zone: '1-Raw',
      ...(index > 0 ? { parents: [1000 + Math.floor(index / 2)].filter((id) => id !== 1000 + index) } : {}),
      Criticité: ['low', 'medium', 'high'][index % 3] as string,
      Lastrun: index,
      Fréquence: '0 8 * * *',
      NomObjet: `ünïcödé ${index}`,
    })),
    { targets: ['1299', '1298'] },
  )
  const corrupt = (chunks: readonly string[]) => {
    try {
      planFromChunks(chunks)
    } catch (error) {
      return error instanceof Fault ? error.code : error
    }
    return 'no fault'
  }

  it('are below the size in bytes and give the same plan, in any order and twice', () => {
    const chunks = planChunks(plan, 1_000)
    expect(chunks.length).toBeGreaterThan(3)
    for (const chunk of chunks) expect(Buffer.byteLength(chunk)).toBeLessThanOrEqual(1_000)
    for (const order of [chunks, [...chunks].reverse(), [...chunks, ...chunks]]) {
      const again = planFromChunks(order)
      expect({ ...again, indexOf: [...again.indexOf].sort() }).toEqual({
        ...plan,
        indexOf: [...plan.indexOf].sort(),
      })
    }
  })

  it('give the same plan (any graph, any size)', () => {
    fc.assert(
      fc.property(graphs, fc.integer({ min: 2_000, max: 20_000 }), (objects, maxBytes) => {
        const one = planOf(objects)
        const again = planFromChunks(planChunks(one, maxBytes))
        expect({ ...again, indexOf: [...again.indexOf].sort() }).toEqual({
          ...one,
          indexOf: [...one.indexOf].sort(),
        })
        const written = objects
          .flatMap((object) => object.parents as Json[])
          .filter((link) => typeof link !== 'string')
        expect(again.linkPolicies.size).toBe(written.length)
      }),
      { seed },
    )
  })

  it('are versioned', () => {
    for (const chunk of planChunks(plan, 1_000))
      expect(JSON.parse(chunk)).toMatchObject({ v: 1, plan: plan.hash })
  })

  it('are FORMAT_NEWER when a newer release has written one', () => {
    const newer = planChunks(plan, 1_000).map((chunk) => chunk.replace('"v":1', '"v":2'))
    expect(() => planFromChunks(newer)).toThrowError(expect.objectContaining({ code: 'FORMAT_NEWER' }))
  })

  it.each<readonly [string, (chunks: string[]) => string[]]>([
    ['one is missing', (chunks) => chunks.slice(1)],
    ['there are none', () => []],
    [
      'one claims more than there can be',
      (chunks) => chunks.map((c) => c.replace(/"parts":\d+/, '"parts":9007199254740991')),
    ],
    ['one is no JSON', (chunks) => [...chunks.slice(1), '{']],
    ['one is of no version', (chunks) => chunks.map((chunk) => chunk.replace('"v":1', '"v":0'))],
    ['one lacks its objects', (chunks) => chunks.map((chunk) => chunk.replace('"objects"', '"things"'))],
    [
      'one is of another plan',
      (chunks) => [chunks[0] ?? '', ...chunks.slice(1).map((c) => c.replace(plan.hash, 'x'))],
    ],
    [
      'a definition was changed',
      (chunks) => chunks.map((chunk) => chunk.replace('ünïcödé 9"', 'ünïcödé 8"')),
    ],
    ['a target was dropped', (chunks) => chunks.map((chunk) => chunk.replace('"t":1,', ''))],
    [
      'a priority was changed',
      (chunks) => chunks.map((chunk) => chunk.replace('"criticality":"low"', '"criticality":"high"')),
    ],
    [
      'a link leads nowhere',
      (chunks) => chunks.map((chunk) => chunk.replace('"parents":[0]', '"parents":[999]')),
    ],
    [
      'a link leads elsewhere',
      (chunks) => chunks.map((chunk) => chunk.replace('"parents":[1]', '"parents":[0]')),
    ],
    ['a layer is none', (chunks) => chunks.map((chunk) => chunk.replace('"layer":1000', '"layer":1'))],
    ['a level was changed', (chunks) => chunks.map((chunk) => chunk.replace('"level":1', '"level":2'))],
    ['a name was changed', (chunks) => chunks.map((chunk) => chunk.replace('"name":"ü', '"name":"u'))],
    [
      'an object is none',
      (chunks) => chunks.map((chunk) => chunk.replace(/"objects":\[.*\]/, '"objects":[5]')),
    ],
  ])('are RUN_CORRUPT when %s', (_, damage) => {
    const chunks = planChunks(plan, 1_000)
    const damaged = damage(chunks)
    expect(damaged).not.toEqual(chunks)
    expect(corrupt(damaged)).toBe('RUN_CORRUPT')
  })

  it('cannot hold an object larger than themselves', () => {
    expect(() => planChunks(plan, 200)).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }))
  })
})
