// Every way in which people write parents, and what is wrong with some.

import { describe, expect, it } from 'vitest'
import { definePlan, definePlanOfObjects } from '../../../../../orchestrator/core/graph/define-plan.ts'
import type { Json, JsonObject } from '../../../../../shared/base/json.ts'

type Missing = { readonly missingParents?: 'fail' | 'ignore' }

/** Faults and warnings of these objects, as code and pointer. */
function faultsOf(objects: readonly Json[], options: Missing = {}) {
  const outcome = definePlanOfObjects({ objects, selection: { all: true }, ...options })
  return outcome.ok ? outcome.value.warnings : outcome.reason
}
const codesOf = (objects: readonly Json[], options?: Missing) =>
  faultsOf(objects, options).map(({ code, severity, pointer }) => `${severity} ${code} ${pointer}`)

function objectsOf(objects: readonly Json[], options: Missing = {}) {
  const outcome = definePlanOfObjects({ objects, selection: { all: true }, ...options })
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.reason))
  return outcome.value.plan.objects
}
const parentsOf = (given: Json, ...others: readonly JsonObject[]) => {
  const all = [{ id: 1001 }, { id: 1002 }, { id: 1003 }, ...others, { id: 2001, parents: given }]
  return objectsOf(all).find(({ id }) => id === '2001')?.parents
}
const noise = (given: Json) =>
  faultsOf([{ id: 1001 }, { id: 1002 }, { id: 1003 }, { id: 2001, parents: given }]).map(({ code }) => code)

describe('parents', () => {
  it.each<readonly [Json, readonly string[]]>([
    [null, []],
    ['', []],
    [1001, ['1001']],
    ['1001', ['1001']],
    ['01001', ['1001']],
    [' 1001 ', ['1001']],
    ['1002,1001', ['1002', '1001']],
    ['1002;1001', ['1002', '1001']],
    [' 1002 ; 1001 ,\t1003;', ['1002', '1001', '1003']],
    ['1002 1001', ['1002', '1001']],
    ['1002 1001, 1003', ['1002', '1001', '1003']],
    [
      [1001, '1002', null, '', '1003'],
      ['1001', '1002', '1003'],
    ],
    [
      ['1001,1002', 1003],
      ['1001', '1002', '1003'],
    ],
    [[], []],
  ])('are read from %j', (given, parents) => {
    expect(parentsOf(given)).toEqual(parents)
    expect(noise(given)).toEqual([])
  })

  it.each<readonly [Json, readonly string[]]>([
    ['garbage1003x', ['1003']],
    ['[1001]', ['1001']],
    ['"1001"', ['1001']],
    ['id: 1001', ['1001']],
    ['1002.0', ['1002']],
    ['x1001,1002', ['1001', '1002']],
    ['1001 and 1002', ['1001', '1002']],
    ['-1001', ['1001']],
    ['null', []],
    ['NaN', []],
    ['N/A', []],
  ])('are picked out of the noise of %j, with a warning', (given, parents) => {
    expect(parentsOf(given)).toEqual(parents)
    expect(new Set(noise(given))).toEqual(new Set(['NOISY_PARENT']))
  })

  it('that are named twice count once, with a warning', () => {
    expect(parentsOf('1001,1001;01001')).toEqual(['1001'])
    expect(noise([1001, '1001'])).toEqual(['REPEATED_PARENT'])
  })

  it('may be names, which win over the digits in them', () => {
    const stock = { NomObjet: 'stock 1001', Zone: '1-Raw' }
    expect(parentsOf('stock 1001', stock)).toEqual(['stock 1001'])
    expect(parentsOf('stock 1001; 1001', stock)).toEqual(['stock 1001', '1001'])
    expect(parentsOf('a b', { name: 'a', layer: 1000 }, { name: 'b', layer: 1000 })).toEqual(['a', 'b'])
  })

  it('are looked up by identity first, then by the id field', () => {
    const other = { IdObjet: 1004, id: 77 }
    expect(parentsOf(77, other)).toEqual(['1004'])
    expect(parentsOf('x77', other)).toEqual(['1004'])
    expect(parentsOf(1001, { IdObjet: 1004, id: 1001 })).toEqual(['1001'])
  })

  it.each<readonly [string, Json, readonly JsonObject[]]>([
    [
      'an id field that two objects have',
      77,
      [
        { IdObjet: 1001, id: 77 },
        { IdObjet: 1002, id: '77' },
      ],
    ],
    ['noise around two numbers', 'a1001b1002', [{ id: 1001 }, { id: 1002 }]],
  ])('that could mean two are AMBIGUOUS_PARENT: %s', (_, given, others) =>
    expect(faultsOf([...others, { id: 2001, parents: given }]).map(({ code }) => code)).toEqual([
      'AMBIGUOUS_PARENT',
    ]),
  )

  it('that no object is are UNKNOWN_PARENT, with the nearest id', () => {
    const hintOf = (given: Json, others: readonly JsonObject[]) =>
      faultsOf([...others, { id: 3000, parents: given }]).map(({ code, hint }) => `${code}: ${hint}`)
    expect(hintOf(2010, [{ id: 2001 }, { id: 2100, name: 'Tasks' }])).toEqual([
      'UNKNOWN_PARENT: did you mean 2001?',
    ])
    expect(
      hintOf('taks', [
        { id: 2001, name: 'x' },
        { name: 'tasks', layer: 2000 },
      ]),
    ).toEqual(['UNKNOWN_PARENT: did you mean tasks (tasks)?'])
    expect(hintOf('TASKS', [{ id: 2001, name: 'Tasks' }])).toEqual([
      'UNKNOWN_PARENT: did you mean 2001 (Tasks)?',
    ])
    expect(hintOf('zzzzzz', [{ id: 2001 }])).toEqual(['UNKNOWN_PARENT: define it, or remove it here'])
    expect(hintOf('garbage2010x', [{ id: 2001 }])).toEqual(['UNKNOWN_PARENT: did you mean 2001?'])
  })

  it('that no object is are a warning and satisfied when missing parents are ignored', () => {
    const objects = [{ id: 1001 }, { id: 2001, parents: '1001,1999' }]
    expect(codesOf(objects, { missingParents: 'ignore' })).toEqual([
      'warning UNKNOWN_PARENT /objects/1/parents',
    ])
    expect(objectsOf(objects, { missingParents: 'ignore' })[1]).toMatchObject({ parents: ['1001'], level: 1 })
  })

  it('that may stand in a file nobody could read are not called unknown', () => {
    const files = [
      { file: 'a.json', text: '[{"id":1001},]' },
      { file: 'b.json', text: '[{"id":2001,"parents":"1001,1999"}]' },
    ]
    expect(definePlan({ files })).toMatchObject({
      ok: false,
      reason: [
        { code: 'SYNTAX', file: 'a.json' },
        { code: 'UNKNOWN_PARENT', file: 'b.json', message: expect.stringContaining('1999') },
      ],
    })
  })

  it('that are the object itself are SELF_PARENT', () =>
    expect(codesOf([{ id: 2001, parents: [2001] }])).toEqual(['error SELF_PARENT /objects/0/parents/0']))

  it('may be twenty thousand of one object', () => {
    const raw = Array.from({ length: 20_000 }, (_, index) => ({ id: `r${index}`, layer: 1000 }))
    const all = { id: 3000, parents: raw.map(({ id }) => id) }
    expect(objectsOf([...raw, all]).at(-1)?.parents).toHaveLength(20_000)
  })
})
