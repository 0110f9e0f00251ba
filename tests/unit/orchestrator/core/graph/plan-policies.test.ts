// Policies in plans: they belong to the hash and go through chunks, and plans without them are what they were.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { definePlan, definePlanOfObjects } from '../../../../../orchestrator/core/graph/define-plan.ts'
import type { Plan } from '../../../../../orchestrator/core/graph/plan.ts'
import { planChunks, planFromChunks } from '../../../../../orchestrator/core/graph/plan-chunks.ts'
import { planHash } from '../../../../../orchestrator/core/graph/plan-hash.ts'
import type { Json, JsonObject } from '../../../../../shared/base/json.ts'

function planOf(objects: readonly Json[]): Plan {
  const outcome = definePlanOfObjects({ objects, selection: { all: true } })
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.reason))
  return outcome.value.plan
}

/** All of a plan that can be compared; an index of ids is kept in no certain order. */
const contentOf = (plan: Plan) => ({ ...plan, indexOf: [...plan.indexOf].sort() })

const objects: readonly JsonObject[] = [
  { id: 1001, policy: { max_retries: 5, backoff: { base: '2s' }, attempt_timeout: 'never' } },
  { id: 1002 },
  { id: 2001, parents: [{ id: 1002, policy: 'optional', wait_until: '07:30' }, 1001] },
  { id: 3001, parents: [{ id: 2001, policy: 'stale-ok', max_age: '36h' }], policy: { max_retries: 0 } },
]
const plan = planOf(objects)

describe('the hash of a plan without policies', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../../../tools/samples/objects.json'), 'utf8')

  it.each([
    [{}, 'b1e93dae7b36e87c7fd5702875e37fbaf53439b9655644177457c4d233c55545'],
    [{ all: true }, '65a2a3e44aaa897dbb013dd1e4216a87398d006a755d712c66e807c10af010b7'],
  ])('is what it was before there were any: the samples with %j', (selection, hash) => {
    const outcome = definePlan({ files: [{ file: 'objects.json', text }], selection })
    expect(outcome.ok && outcome.value.plan.hash).toBe(hash)
  })

  it('is the same where a link is written out as required', () => {
    // The definitions differ, and are part of the hash: what was read of them is not.
    const { objects, parents, targets, hash } = planOf([{ id: 1001 }, { id: 2001, parents: [{ id: 1001 }] }])
    const bare = objects.map(({ policy: _policy, links: _links, ...object }) => object)
    expect(planHash(bare, parents, targets)).toBe(hash)
  })
})

describe('the hash of a plan with policies', () => {
  const changed = (index: number, fields: Partial<Plan['objects'][number]>) =>
    planHash(
      plan.objects.map((object, at) => (at === index ? { ...object, ...fields } : object)),
      plan.parents,
      plan.targets,
    )

  it('is another for another policy or link, or none, also where the definitions are the same', () => {
    const link = { kind: 'optional', wait_until: '07:30' } as const
    const hashes = [
      plan.hash,
      changed(0, { policy: { ...plan.objects[0]?.policy, max_retries: 4 } }),
      changed(0, { policy: { max_retries: 5, backoff: { base_ms: 2_000 } } }),
      changed(0, { policy: undefined }),
      changed(1, { policy: { max_retries: 5 } }),
      changed(2, { links: new Map([['1002', { kind: 'optional' }]]) }),
      changed(2, { links: new Map([['1002', { ...link, wait_until: '07:31' }]]) }),
      changed(2, { links: new Map([['1001', link]]) }),
      changed(2, { links: undefined }),
    ]
    expect(new Set(hashes).size).toBe(hashes.length)
  })

  it('is the same in whatever order a policy names its fields', () => {
    const policy = plan.objects[0]?.policy ?? {}
    const turned = Object.fromEntries(Object.entries(policy).reverse())
    expect(Object.keys(turned)).not.toEqual(Object.keys(policy))
    expect(changed(0, { policy: turned })).toBe(plan.hash)
  })
})

describe('the chunks of a plan with policies', () => {
  it('give the same plan again, at any size', () => {
    for (const maxBytes of [600, 1_000, 100_000]) {
      const again = planFromChunks(planChunks(plan, maxBytes))
      expect(contentOf(again)).toEqual(contentOf(plan))
      expect(again.linkPolicies.size).toBe(2)
    }
  })

  it('give the same plan again, whatever the policies are', () => {
    const span = fc.integer({ min: 1, max: 86_400_000 }).map((ms) => `${ms}ms`)
    const timeOut = fc.oneof(span, fc.constant(null))
    const policy = fc.record(
      {
        max_retries: fc.nat(1_000),
        attempt_timeout: timeOut,
        answer_timeout: timeOut,
        pickup_timeout: timeOut,
      },
      { requiredKeys: [] },
    )
    const link = fc.oneof(
      fc.constant({ policy: 'required' }),
      fc.record({ policy: fc.constant('optional'), wait_until: fc.constantFrom('00:00', '23:59') }),
      fc.record({ policy: fc.constant('stale-ok'), max_age: span }, { requiredKeys: ['policy'] }),
    )
    const drafts = fc.array(fc.record({ policy, links: fc.array(fc.record({ to: fc.nat(20), link })) }), {
      minLength: 1,
      maxLength: 20,
    })
    fc.assert(
      fc.property(drafts, (given) => {
        const one = planOf(given.map(({ policy, links }, index) => drawn(index, policy, links)))
        expect(contentOf(planFromChunks(planChunks(one, 100_000)))).toEqual(contentOf(one))
      }),
    )
  })

  it('of a plan without policies hold no word of them: old chunks are today’s chunks', () => {
    const [chunk = ''] = planChunks(planOf([{ id: 1001 }, { id: 2001, parents: 1001 }]), 10_000)
    expect(Object.keys(JSON.parse(chunk).objects[1])).toEqual([
      'id',
      'layer',
      'level',
      'parents',
      't',
      'definition',
    ])
  })

  it('that were kept before policies were read, of a definition that says policy, give the plan they were', () => {
    // Then a field policy was one of those that reach the worker untouched.
    const kept = `{"id":"1001","layer":1000,"level":0,"parents":[],"t":1,"definition":{"id":1001,"policy":"gold"}}`
    const hash = '8421afd278a6b2c3177d49ee0be94f8b6ecccdf3d16cdfc69a2a42afaab08322'
    const again = planFromChunks([`{"v":1,"plan":"${hash}","part":1,"parts":1,"objects":[${kept}]}`])
    expect([again.hash, again.objects[0]?.policy]).toEqual([hash, undefined])
  })

  it.each([
    ['a policy was changed', '"max_retries":5', '"max_retries":6'],
    ['a policy was dropped', '"policy":{"max_retries":0},', ''],
    ['a policy is none', '"policy":{"max_retries":0},', '"policy":0,'],
    ['a link was changed', '"max_age_ms":129600000', '"max_age_ms":129600001'],
    ['a link was dropped', '"links":[[2,{"kind":"stale-ok","max_age_ms":129600000}]],', ''],
    ['a link leads nowhere', '"links":[[2,', '"links":[[9,'],
    ['links are no list', '"links":[[2,{"kind":"stale-ok","max_age_ms":129600000}]]', '"links":5'],
    ['a link is none', '"links":[[2,{"kind":"stale-ok","max_age_ms":129600000}]]', '"links":[5]'],
  ])('are RUN_CORRUPT when %s', (_, from, to) => {
    const chunks = planChunks(plan, 100_000)
    const damaged = chunks.map((chunk) => chunk.replace(from, to))
    expect(damaged).not.toEqual(chunks)
    expect(() => planFromChunks(damaged)).toThrow(expect.objectContaining({ code: 'RUN_CORRUPT' }))
  })
})

interface DrawnLink {
  readonly to: number
  readonly link: JsonObject
}

/** An object with links to earlier ones, each once. */
function drawn(index: number, policy: JsonObject, links: readonly DrawnLink[]): JsonObject {
  const first = links.filter(({ to }, at) => to < index && links.findIndex((other) => other.to === to) === at)
  const parents = first.map(({ to, link }) => ({ id: `n${to}`, ...link }))
  return { id: `n${index}`, layer: 1000, policy, parents }
}
