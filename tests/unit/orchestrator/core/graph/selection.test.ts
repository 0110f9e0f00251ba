// Which objects a selection makes targets, and what is left out.

import { describe, expect, it } from 'vitest'
import { definePlanOfObjects } from '../../../../../orchestrator/core/graph/define-plan.ts'
import type { Selection } from '../../../../../orchestrator/core/graph/selection.ts'
import type { Json } from '../../../../../shared/base/json.ts'

const samples: readonly Json[] = [
  { id: 1001 },
  { id: 1002 },
  { id: 1005 },
  { id: 2001, parents: 1001, name: 'Customers' },
  { id: 2002, parents: 1002 },
  { id: 2005, parents: 1005 },
  { id: 3000, parents: [2001, 2002, 2005] },
  { id: 3005, parents: 2002 },
  { id: 3006, parents: [2002, 2005] },
  { id: 3009, parents: 3005, state: 'old' },
]
const define = (selection: Selection, objects = samples) => definePlanOfObjects({ objects, selection })
function planned(selection: Selection, objects = samples) {
  const outcome = define(selection, objects)
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.reason))
  return outcome.value
}
const plannedIds = (selection: Selection, objects = samples) =>
  planned(selection, objects).plan.objects.map(({ id }) => id)

describe('the targets of a plan', () => {
  it('are every application-layer object by default', () => {
    const { plan } = planned({})
    expect(plan.targets).toEqual(['3000', '3005', '3006'])
    expect(plan.objects).toHaveLength(9)
  })

  it('are every object that no other needs where there is no application layer', () => {
    const objects = samples.slice(0, 5)
    expect(planned({}, objects).plan.targets).toEqual(['1005', '2001', '2002'])
  })

  it('are those named, with all they need and shared needs once', () => {
    expect(plannedIds({ targets: ['3005'] })).toEqual(['1002', '2002', '3005'])
    expect(plannedIds({ targets: ['3006', '3005'] })).toEqual([
      '1002',
      '1005',
      '2002',
      '2005',
      '3005',
      '3006',
    ])
    expect(plannedIds({ targets: ['3005,02002'] })).toEqual(['1002', '2002', '3005'])
    expect(planned({ targets: ['3005', '1001'] }).plan.targets).toEqual(['1001', '3005'])
  })

  it('of +ID are the object with its ancestors', () => {
    expect(plannedIds({ select: ['+3005'] })).toEqual(['1002', '2002', '3005'])
    expect(planned({ select: ['+3005'] }).plan.targets).toEqual(['3005'])
  })

  it('of ID+ are the object and its descendants, with all those need', () => {
    const { plan } = planned({ select: ['2001+'] })
    expect(plan.targets).toEqual(['2001', '3000'])
    expect(plan.objects.map(({ id }) => id)).toEqual(['1001', '1002', '1005', '2001', '2002', '2005', '3000'])
    expect(plannedIds({ select: ['+2001+'] })).toEqual(plan.objects.map(({ id }) => id))
    expect(planned({ select: ['1002+'] }).plan.targets).toEqual(['1002', '2002', '3000', '3005', '3006'])
  })

  it('are all active objects with --all and with the word all', () => {
    for (const selection of [{ all: true }, { select: ['all'] }]) {
      expect(planned(selection, [...samples, { id: 1009 }]).plan.targets).toHaveLength(10)
    }
  })

  it('may have a plus in their ids', () => {
    const objects = [
      { id: 'a', layer: 1000 },
      { id: 'a+', layer: 1000 },
      { id: 'b', layer: 2000, parents: ['a'] },
    ]
    expect(plannedIds({ select: ['a+'] }, objects)).toEqual(['a+'])
  })

  it.each<readonly [string, string]>([
    ['3050', 'did you mean 3000?'],
    ['3056', 'did you mean 3006?'],
    ['+3001', 'did you mean 3000?'],
    ['customers', 'did you mean 2001?'],
    ['nothing-like-it', 'name an id of the files, or use --all'],
    ['3009', 'set its EtatObjet to "actif"'],
  ])('that do not exist are UNKNOWN_TARGET: %s', (word, hint) => {
    expect(define({ select: [word] })).toMatchObject({
      ok: false,
      reason: [{ code: 'INACTIVE_OBJECT' }, { code: 'UNKNOWN_TARGET', severity: 'error', hint }],
    })
  })

  it.each(['+', '++'])('of %s alone are a fault that says what a selector looks like', (word) => {
    expect(define({ select: [word] }, samples.slice(0, 9))).toMatchObject({
      ok: false,
      reason: [
        {
          code: 'UNKNOWN_TARGET',
          message: `the selector ${word} names no object`,
          hint: expect.stringContaining('+3005'),
        },
      ],
    })
  })

  it('that do not exist are all reported', () => {
    const outcome = define({ targets: ['1', '2', '3005'] })
    expect(outcome.ok ? 0 : outcome.reason.filter(({ code }) => code === 'UNKNOWN_TARGET')).toHaveLength(2)
  })
})

describe('what is left out', () => {
  it('is listed with its reason', () =>
    expect(planned({ targets: ['3005', '2001', '3006'] }).leftOut).toEqual([
      { id: '3009', reason: 'inactive' },
      { id: '3000', reason: 'not-needed' },
    ]))

  it('is counted', () =>
    expect(planned({ targets: ['3005'] }).counts).toEqual({
      files: 1,
      entries: 10,
      objects: 9,
      inactive: 1,
      links: 9,
      zones: { '1-Raw': 3, '2-Standardized': 3, '3-Application': 3 },
      warnings: 1,
    }))

  it('is everything where nothing is active, which is NO_OBJECTS', () => {
    expect(define({}, [{ id: 1001, state: 'old' }])).toMatchObject({
      ok: false,
      reason: [
        { code: 'INACTIVE_OBJECT' },
        { code: 'NO_OBJECTS', severity: 'error', message: 'no object is active' },
      ],
    })
    expect(define({}, [])).toMatchObject({ ok: false, reason: [{ code: 'NO_OBJECTS' }] })
  })
})
