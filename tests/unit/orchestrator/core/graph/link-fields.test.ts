// Links that are not simply required: how they are written, and what is wrong with some.

import { describe, expect, it } from 'vitest'
import { definePlan, definePlanOfObjects } from '../../../../../orchestrator/core/graph/define-plan.ts'
import type { Plan } from '../../../../../orchestrator/core/graph/plan.ts'
import type { Json, JsonObject } from '../../../../../shared/base/json.ts'

const sources: readonly JsonObject[] = [{ id: 1001 }, { id: 1002 }, { id: 1003 }]

function defined(given: Json, field = 'parents') {
  return definePlanOfObjects({
    objects: [...sources, { id: 2001, [field]: given }],
    selection: { all: true },
  })
}

function childOf(given: Json, field?: string) {
  const outcome = defined(given, field)
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.reason))
  const { plan, warnings } = outcome.value
  const child = plan.objects.at(-1)
  return { parents: child?.parents, links: child?.links, plan, warnings: warnings.map(({ code }) => code) }
}

const told = (given: Json) => {
  const outcome = defined(given)
  const faults = outcome.ok ? outcome.value.warnings : outcome.reason
  return faults.map(({ code, pointer, message, hint }) => [
    `${code} ${pointer.replace('/objects/3/parents', '')}`,
    message,
    hint,
  ])
}

/** The links of a plan that are not simply required, as child, parent and kind. */
function kindsOf({ objects, parents, linkPolicies }: Plan) {
  return objects.flatMap(({ id }, index) => {
    const kinds: string[] = []
    for (let at = parents.offsets[index] ?? 0; at < (parents.offsets[index + 1] ?? 0); at++) {
      const policy = linkPolicies.get(at)
      if (policy !== undefined) kinds.push(`${id} ${objects[parents.targets[at] ?? -1]?.id} ${policy.kind}`)
    }
    return kinds
  })
}

describe('a link', () => {
  it.each<readonly [JsonObject, unknown]>([
    [{ policy: 'optional' }, { kind: 'optional' }],
    [{ policy: 'stale-ok' }, { kind: 'stale-ok' }],
    [
      { policy: 'stale-ok', max_age: '36h' },
      { kind: 'stale-ok', max_age_ms: 129_600_000 },
    ],
    [
      { policy: 'stale-ok', max_age: 60 },
      { kind: 'stale-ok', max_age_ms: 60_000 },
    ],
    [
      { policy: 'optional', wait_until: '07:30' },
      { kind: 'optional', wait_until: '07:30' },
    ],
    [
      { policy: 'stale-ok', max_age: '1d', wait_until: '23:59' },
      { kind: 'stale-ok', max_age_ms: 86_400_000, wait_until: '23:59' },
    ],
    [{ policy: 'optional', max_age: null, wait_until: null }, { kind: 'optional' }],
    [{ IdObjet: '1001', id: '1001', policy: 'optional', Politique: 'optional' }, { kind: 'optional' }],
    [
      { Politique: 'stale-ok', AgeMax: '2d' },
      { kind: 'stale-ok', max_age_ms: 172_800_000 },
    ],
    [
      { Politique: 'optional', AttendreJusqua: '07:30' },
      { kind: 'optional', wait_until: '07:30' },
    ],
  ])('may be %j', (fields, policy) => {
    const { parents, links } = childOf([{ id: 1001, ...fields }])
    expect(parents).toEqual(['1001'])
    expect([...(links ?? [])]).toEqual([['1001', policy]])
  })

  it.each<readonly [Json]>([
    [1001],
    [[1001]],
    [[{ id: 1001 }]],
    [[{ id: 1001, policy: 'required' }]],
    [[{ id: 1001, policy: null }]],
  ])('is simply required, of which nothing is kept: %j', (given) => {
    const { parents, links, plan } = childOf(given)
    expect([parents, links, plan.linkPolicies.size]).toEqual([['1001'], undefined, 0])
  })

  it('stands in a list among others, or alone, and names its parent in any way that works elsewhere', () => {
    const mixed = childOf([1003, { id: 1002, policy: 'optional' }, '1001'])
    expect(mixed.parents).toEqual(['1003', '1002', '1001'])
    expect([...(mixed.links?.keys() ?? [])]).toEqual(['1002'])
    expect(childOf({ IdObjet: '01001', policy: 'optional' }, 'IdObjet_Parent').links?.has('1001')).toBe(true)
    expect([...(childOf([{ id: '1001,1003', policy: 'optional' }]).links?.keys() ?? [])]).toEqual([
      '1001',
      '1003',
    ])
    const noisy = childOf([{ id: 'x1001', policy: 'optional' }])
    expect([noisy.parents, noisy.warnings]).toEqual([['1001'], ['NOISY_PARENT']])
  })

  it('may be written twice if it says the same, and counts once', () => {
    const twice = childOf([
      { id: 1001, policy: 'stale-ok', max_age: '1h' },
      { id: '1001', policy: 'stale-ok', max_age: 3_600 },
    ])
    expect([twice.parents, twice.warnings]).toEqual([['1001'], ['REPEATED_PARENT']])
  })
})

describe('what is wrong with a link', () => {
  const write = 'write { "id": 2001, "policy": "optional" }'

  it.each<readonly [JsonObject, string, string, string]>([
    [{ policy: 'optional' }, '', 'the link names no parent', write],
    [{ id: null, policy: 'optional' }, '', 'the link names no parent', write],
    [{ id: ' ' }, '/id', 'the parent of the link is " "', write],
    [{ IdObjet: [1001] }, '/IdObjet', 'the parent of the link is a list', write],
    [{ id: { id: 1001 } }, '/id', 'the parent of the link is an object', write],
    [
      { id: 1001, IdObjet: 1002 },
      '/IdObjet',
      'the field is given twice: 1001 and 1002',
      'keep one of id, IdObjet',
    ],
    [{ id: 1001, policy: 'optionnal' }, '/policy', 'policy is "optionnal"', 'did you mean optional?'],
    [{ id: 1001, policy: 'stale' }, '/policy', 'policy is "stale"', 'did you mean stale-ok?'],
    [{ id: 1001, policy: 'lax' }, '/policy', 'policy is "lax"', 'known are required, optional, stale-ok'],
    [{ id: 1001, policy: {} }, '/policy', 'policy is an object', 'allowed: required, optional, stale-ok'],
    [
      { id: 1001, policy: 'optional', max_age: '1h' },
      '/max_age',
      'max_age is given, but the link is optional',
      'write "policy": "stale-ok", or remove max_age',
    ],
    [
      { id: 1001, AgeMax: '1h' },
      '/AgeMax',
      'AgeMax is given, but the link is required',
      'write "policy": "stale-ok", or remove AgeMax',
    ],
    [
      { id: 1001, policy: 'stale-ok', max_age: 'never' },
      '/max_age',
      'max_age is "never"',
      'allowed: a number with ms, s, m, h or d, as "90s" or "1.5h", or a number of seconds; from 1ms to 3650d',
    ],
    [
      { id: 1001, policy: 'stale-ok', max_age: 0 },
      '/max_age',
      'max_age is 0',
      expect.stringContaining('1ms'),
    ],
    [
      { id: 1001, policy: 'stale-ok', max_age: '3651d' },
      '/max_age',
      'max_age is "3651d"',
      expect.stringContaining('to 3650d'),
    ],
    [
      { id: 1001, wait_until: '07:30' },
      '/wait_until',
      'wait_until is given, but the link is required',
      'write "policy": "optional" or "stale-ok", or remove wait_until',
    ],
    ...['7:30', '24:00', '07:60', '07:30:00', '2h', 730].map(
      (value) =>
        [
          { id: 1001, policy: 'optional', wait_until: value },
          '/wait_until',
          `wait_until is ${JSON.stringify(value)}`,
          'write a time of day as hours and minutes, as "07:30"',
        ] as const,
    ),
    [
      { id: 1001, polcy: 'optional' },
      '/polcy',
      'there is no field "polcy" in a link',
      'did you mean policy?',
    ],
  ])('is BAD_POLICY: %j', (link, pointer, message, hint) =>
    expect(told([1003, link])).toEqual([[`BAD_POLICY /1${pointer}`, message, hint]]),
  )

  it('is BAD_POLICY where the same parent is named twice, with different policies', () => {
    const message = '1001 is named more than once, with different policies'
    const fault = (pointer: string) => [`BAD_POLICY ${pointer}`, message, 'name each parent once']
    expect(told([1001, { id: 1001, policy: 'optional' }])).toEqual([fault('/1/id')])
    expect(told([{ id: 1001, policy: 'optional' }, 1001])).toEqual([fault('/1')])
    const older = { id: 1001, policy: 'stale-ok', max_age: '2h' }
    expect(told([{ ...older, max_age: '1h' }, older])).toEqual([fault('/1/id')])
    expect(told([{ ...older, wait_until: '07:30' }, older])).toEqual([fault('/1/id')])
  })

  it('is what is wrong with any parent, at the place of its id', () => {
    const optional = (id: Json) => [{ id, policy: 'optional' }]
    const codes = (given: Json) => told(given).map(([code]) => code)
    expect(codes(optional(1009))).toEqual(['UNKNOWN_PARENT /0/id'])
    expect(codes(optional(2001))).toEqual(['SELF_PARENT /0/id'])
    expect(codes(optional(1.5))).toEqual(['BAD_TYPE /0/id'])
  })

  it('has its line and column', () => {
    const text =
      '[{"id":1001},\n{"id":2001,"IdObjet_Parent":[\n  {"id":1001,"policy":"stale-ok",\n   "max_age":"x"}]}]'
    const outcome = definePlan({ files: [{ file: 'f.json', text }] })
    expect(outcome.ok ? [] : outcome.reason).toMatchObject([
      { line: 4, column: 14, pointer: '/1/IdObjet_Parent/0/max_age' },
    ])
  })

  it('does not reach the next object', () => {
    const objects = [
      ...sources,
      { id: 2001, parents: [{ id: 1001, policy: 'optional' }] },
      { id: 2002, parents: 1001 },
    ]
    const outcome = definePlanOfObjects({ objects, selection: { all: true } })
    expect(outcome.ok && kindsOf(outcome.value.plan)).toEqual(['2001 1001 optional'])
  })
})

describe('the link policies of a plan', () => {
  const objects: readonly JsonObject[] = [
    { id: 3001, parents: [{ id: 2002, policy: 'optional' }, 2001, { id: 1002, policy: 'stale-ok' }] },
    { id: 3002, parents: [{ id: 2001, policy: 'stale-ok' }] },
    { id: 2002, parents: [{ id: 1003, policy: 'optional' }] },
    { id: 2001, parents: ['1002', { id: 1001, policy: 'optional' }] },
    ...sources,
  ]
  const planOf = (targets: readonly string[], all = objects) => {
    const outcome = definePlanOfObjects({ objects: all, selection: { targets }, missingParents: 'ignore' })
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.reason))
    return outcome.value.plan
  }

  it('stand by the places of the links, whatever the order of the parents was', () => {
    expect(kindsOf(planOf(['3001', '3002']))).toEqual([
      '2001 1001 optional',
      '2002 1003 optional',
      '3001 1002 stale-ok',
      '3001 2002 optional',
      '3002 2001 stale-ok',
    ])
  })

  it('are those of the part that is selected', () => {
    expect(kindsOf(planOf(['3002']))).toEqual(['2001 1001 optional', '3002 2001 stale-ok'])
  })

  it('are not there for parents that are missing and taken as satisfied', () => {
    const gap: readonly JsonObject[] = [
      ...sources,
      { id: 2001, parents: [{ id: 1999, policy: 'optional' }, 1002, { id: 1003, policy: 'stale-ok' }] },
    ]
    const plan = planOf(['2001'], gap)
    expect(kindsOf(plan)).toEqual(['2001 1003 stale-ok'])
    expect(plan.objects.at(-1)?.links?.has('1999')).toBe(false)
  })
})
