// Every rule about fields, identities, layers, states, frequencies and cycles of definitions.

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
const objectOf = (definition: JsonObject) => objectsOf([definition])[0]
describe('the fields of a definition', () => {
  it('mean the same in French and in English', () => {
    const french = {
      IdObjet: 2001,
      IdObjet_Parent: 1001,
      Zone: '2-Standardized',
      NomObjet: 'Customers',
      Fréquence: '0 8 * * *',
      Lastrun: 1763600000,
      Criticité: 'high',
      EtatObjet: 'actif',
    }
    const english = {
      id: 2001,
      parents: 1001,
      zone: '2-Standardized',
      layer: 2000,
      name: 'Customers',
      frequency: '0 8 * * *',
      last_run: 1763600000,
      criticality: 'high',
      state: 'active',
    }
    const meant = {
      id: '2001',
      parents: ['1001'],
      layer: 2000,
      zone: '2-Standardized',
      name: 'Customers',
      frequency: '0 8 * * *',
      lastRunAtMs: 1763600000000,
      criticality: 'high',
      level: 1,
    }
    for (const definition of [french, english]) {
      expect(objectsOf([{ id: 1001 }, definition])[1]).toEqual({ ...meant, definition })
    }
  })

  it('may be written without accents, with those of macOS, and with any capitals in their values', () => {
    expect(objectOf({ id: 1001, Frequence: '@daily', Criticite: 'HIGH', zone: '1-RAW' })).toMatchObject({
      frequency: '@daily',
      criticality: 'high',
    })
    const decomposed = {
      id: 1001,
      ['Fréquence'.normalize('NFD')]: '@daily',
      ['Criticité'.normalize('NFD')]: 'low',
    }
    expect(objectOf(decomposed)).toMatchObject({ frequency: '@daily', criticality: 'low' })
  })

  it('that are null or blank are not there', () => {
    const blank = {
      id: 1001,
      Zone: null,
      Fréquence: '',
      Criticité: '',
      Lastrun: '',
      EtatObjet: null,
      IdObjet_Parent: ' ',
    }
    expect(objectOf(blank)).toMatchObject({
      frequency: undefined,
      lastRunAtMs: undefined,
      criticality: 'medium',
    })
  })

  it('are carried untouched, unknown ones too', () => {
    const definition = { id: 1001, Séparateur: ';', nested: { b: [1, null], a: 'é' } }
    expect(objectOf(definition)?.definition).toBe(definition)
  })

  it('given twice in two languages must say the same', () => {
    expect(codesOf([{ id: 1001, Criticité: 'high', criticality: 'low' }])).toEqual([
      'error BAD_TYPE /objects/0/Criticité',
    ])
    expect(codesOf([{ id: 1001, Criticité: 'high', criticality: 'high' }])).toEqual([])
  })

  it.each<readonly [string, JsonObject]>([
    ['Fréquence', { Fréquence: 5 }],
    ['Lastrun', { Lastrun: '2026-11-21' }],
    ['Lastrun', { Lastrun: -1 }],
    ['Lastrun', { Lastrun: 1763600000000 }],
    ['Criticité', { Criticité: 'urgent' }],
    ['Criticité', { Criticité: 3 }],
    ['Zone', { Zone: 'raw' }],
    ['Zone', { Zone: 1 }],
    ['layer', { layer: 4000 }],
    ['IdObjet_Parent', { IdObjet_Parent: true }],
    ['IdObjet_Parent/0/id', { IdObjet_Parent: [{ id: 1.5 }] }],
    ['IdObjet_Parent/0', { IdObjet_Parent: [[1001]] }],
    ['IdObjet_Parent', { IdObjet_Parent: 1.5 }],
    ['IdObjet_Parent', { IdObjet_Parent: 2 ** 60 }],
  ])('of the wrong kind are BAD_TYPE: %s', (pointer, fields) =>
    expect(codesOf([{ id: 1001, ...fields }])).toEqual([`error BAD_TYPE /objects/0/${pointer}`]),
  )

  it('may hold epoch seconds as text and as fractions', () => {
    expect(objectOf({ id: 1001, Lastrun: ' 1763600000.5 ' })?.lastRunAtMs).toBe(1763600000500)
  })
})

describe('an entry', () => {
  it('that is no object is BAD_TYPE', () =>
    expect(codesOf([null, 5, 'x', true, [1]])).toEqual(
      [0, 1, 2, 3, 4]
        .map((entry) => `error BAD_TYPE /objects/${entry}`)
        .concat('error NO_OBJECTS ')
        .slice(0, 5),
    ))

  it('nested deeper than 64 levels is BAD_TYPE, and does not overflow the stack', () => {
    const deep = JSON.parse(`{"id":1001,"x":${'['.repeat(50_000)}${']'.repeat(50_000)}}`) as Json
    expect(codesOf([deep])).toEqual(['error BAD_TYPE /objects/0'])
    const text = `[{"id":1001,"x":${'['.repeat(50_000)}${']'.repeat(50_000)}},\n{"id":2001,"parents":9}]`
    const outcome = definePlan({ files: [{ file: 'f', text }] })
    expect(outcome).toMatchObject({
      reason: [
        { code: 'BAD_TYPE', line: 1 },
        { code: 'UNKNOWN_PARENT', line: 2, column: 22 },
      ],
    })
  })

  it('too large to travel in events is TOO_LARGE', () =>
    expect(codesOf([{ id: 1001, notes: 'x'.repeat(200_001) }])).toEqual(['error TOO_LARGE /objects/0']))

  it('called __proto__ in one of its fields changes nothing', () => {
    const definition = JSON.parse(
      '{"id":1001,"__proto__":{"EtatObjet":"inactif"},"x":{"__proto__":1}}',
    ) as JsonObject
    expect(objectOf(definition)).toMatchObject({ id: '1001' })
  })
})

describe('the identity', () => {
  it.each<readonly [string, JsonObject, string]>([
    ['IdObjet', { IdObjet: 1001, id: 7, NomObjet: 'n' }, '1001'],
    ['id where there is no IdObjet', { id: '01001', NomObjet: 'n' }, '1001'],
    ['id where IdObjet is blank', { IdObjet: ' ', id: 1001 }, '1001'],
    ['NomObjet where there is neither', { NomObjet: ' sales ', Zone: '1-Raw' }, 'sales'],
    ['name in English', { name: 'sales', layer: 1000 }, 'sales'],
    [
      'digits beyond numbers, as text',
      { id: '123456789012345678901234567890', layer: 1000 },
      '123456789012345678901234567890',
    ],
  ])('is %s', (_, definition, id) => expect(objectOf(definition)?.id).toBe(id))

  it('is MISSING_ID where there is none', () =>
    expect(codesOf([{ Zone: '1-Raw' }])).toEqual(['error MISSING_ID /objects/0']))

  it.each<readonly [string, Json]>([
    ['a fraction', 1.5],
    ['below zero', -1],
    ['no exact number', 2 ** 60],
    ['a boolean', true],
    ['a list', [1]],
    ['with control characters', 'a\u0000b'],
    ['too long', 'x'.repeat(257)],
  ])('is BAD_TYPE when it is %s', (_, id) =>
    expect(codesOf([{ IdObjet: id }])).toEqual(['error BAD_TYPE /objects/0/IdObjet']),
  )

  it('that is text but no id is told why', () => {
    const messageOf = (id: string) => faultsOf([{ id, zone: '1-Raw' }]).map(({ message }) => message)
    expect(messageOf('x'.repeat(256))).toEqual([])
    expect(messageOf(` ${'x'.repeat(257)} `)).toEqual([
      'the identity is too long: it has 257 characters, and 256 are the most',
    ])
    expect(messageOf('a\tb')).toEqual(['the identity has a control character, such as a tab or a line end'])
    expect(messageOf(`${' '.repeat(256)}a\tb`)[0]).toContain('control character')
  })

  it('is DUPLICATE_ID with different content, which names both places', () => {
    const text = '[{"id":1001},\n{"id":"1001","x":1}]'
    expect(definePlan({ files: [{ file: 'a.json', text }] })).toMatchObject({
      ok: false,
      reason: [
        { code: 'DUPLICATE_ID', severity: 'error', line: 2, message: expect.stringContaining('a.json:1:2') },
      ],
    })
    expect(faultsOf([{ id: 1001 }, { id: 1001, x: 1 }])[0]?.message).toContain('/objects/0')
  })

  it('with the same content is a warning also where one id is a number and the other is text', () => {
    const twice = [
      { IdObjet: 1001, NomObjet: 'a' },
      { IdObjet: ' 01001', NomObjet: 'a' },
    ]
    expect(codesOf(twice)).toEqual(['warning DUPLICATE_ID /objects/1/IdObjet'])
  })

  it('with the same content in any order of fields is a warning, and counts once', () => {
    const twice = [
      { id: 1001, a: { x: 1, y: 2 } },
      { a: { y: 2, x: 1 }, id: 1001 },
    ]
    expect(codesOf(twice)).toEqual(['warning DUPLICATE_ID /objects/1/id'])
    expect(objectsOf(twice)).toHaveLength(1)
  })

  it('of an inactive object is taken too', () =>
    expect(codesOf([{ id: 1001, state: 'off' }, { id: 1001 }, { id: 1002 }])).toEqual([
      'warning INACTIVE_OBJECT /objects/0/state',
      'error DUPLICATE_ID /objects/1/id',
    ]))
})

describe('the layer', () => {
  it.each<readonly [JsonObject, number]>([
    [{ id: 1005 }, 1000],
    [{ id: 2208 }, 2000],
    [{ id: 3000 }, 3000],
    [{ id: 3999 }, 3000],
    [{ id: 'x', Zone: '2-Standardized' }, 2000],
    [{ id: 'x', layer: '3000' }, 3000],
    [{ id: 20001, Zone: '1-Raw' }, 1000],
  ])('of %j is %i', (definition, layer) => expect(objectOf(definition)?.layer).toBe(layer))

  it.each<JsonObject>([
    { id: 1005, Zone: '3-Application' },
    { id: 'x', Zone: '1-Raw', layer: 2000 },
    { id: 2005, layer: 1000 },
  ])('that disagrees is LAYER_MISMATCH: %j', (definition) =>
    expect(faultsOf([definition]).map(({ code }) => code)).toEqual(['LAYER_MISMATCH']),
  )

  it.each<JsonObject>([{ id: 'x' }, { id: 999 }, { id: 4000 }, { id: 20001 }])(
    'of %j is MISSING_LAYER',
    (definition) => expect(faultsOf([definition]).map(({ code }) => code)).toEqual(['MISSING_LAYER']),
  )

  it('that is missing is told where the identity came from, past a blank IdObjet', () =>
    expect(codesOf([{ IdObjet: ' ', NomObjet: 'x' }])).toEqual(['error MISSING_LAYER /objects/0/NomObjet']))

  it('of a parent may be the same or lower, and is PARENT_ABOVE when higher', () => {
    expect(codesOf([{ id: 1001, parents: 2001 }, { id: 2001, parents: 2002 }, { id: 2002 }])).toEqual([
      'error PARENT_ABOVE /objects/0/parents',
    ])
  })

  it('that is not known does not bring a second fault about the parents', () =>
    expect(codesOf([{ id: 'x' }, { id: 2001 }, { id: 'y', layer: 1000, parents: 'x' }])).toEqual([
      'error MISSING_LAYER /objects/0/id',
    ]))
})

it('a field that is given twice names each of its names once, however its accents are written', () => {
  const [fault] = faultsOf([{ id: 1001, Criticité: 'low', criticality: 'high' }])
  expect(fault?.hint).toBe('keep one of Criticité, Criticite, criticality')
})

it.each([
  ['[{"id":01001}]', 9],
  ['[-01]', 4],
  ['[0 1]', 4],
])('a leading zero is called so, and nothing else is: %s', (text, column) => {
  const outcome = definePlan({ files: [{ file: 'a.json', text }] })
  const reason = text === '[0 1]' ? 'a comma is expected' : 'a number with a leading zero'
  expect(outcome).toMatchObject({
    reason: [{ code: 'SYNTAX', column, message: `not valid JSON: ${reason}` }],
  })
})

describe('the state', () => {
  it.each<Json>(['actif', 'Actif', ' ACTIF ', 'active', 'Active', true, null])('%j is processed', (state) =>
    expect(codesOf([{ id: 1001, EtatObjet: state }])).toEqual([]),
  )

  it.each<Json>(['inactif', 'archivé', '', 'activ', false, 0])(
    '%j leaves the object out with a warning',
    (state) =>
      expect(codesOf([{ id: 1001, EtatObjet: state }, { id: 1002 }])).toEqual([
        'warning INACTIVE_OBJECT /objects/0/EtatObjet',
      ]),
  )

  it('of a parent that is left out is a fault of its children, also where missing parents are ignored', () => {
    const objects = [
      { id: 1001, state: 'old' },
      { id: 2001, parents: 1001 },
    ]
    for (const missingParents of ['fail', 'ignore'] as const)
      expect(codesOf(objects, { missingParents })).toEqual([
        'warning INACTIVE_OBJECT /objects/0/state',
        'error INACTIVE_PARENT /objects/1/parents',
      ])
  })

  it('that leaves an object out leaves its other faults out too', () =>
    expect(codesOf([{ id: 2001, state: 'old', parents: 7, frequency: 'x' }, { id: 1001 }])).toEqual([
      'warning INACTIVE_OBJECT /objects/0/state',
    ]))
})

describe('the frequency', () => {
  it.each(['0 8 * * *', '*/5 * * * *', '0 0 6 * * 1-5', '@daily', '0 0 29 2 *', ' 0 8 * * * '])(
    '%j is one',
    (cron) => expect(objectOf({ id: 1001, frequency: cron })?.frequency).toBe(cron.trim()),
  )

  it.each(['* * *', '60 * * * *', 'daily', '@reboot', '2026-11-21T08:00:00'])('%j is BAD_CRON', (frequency) =>
    expect(codesOf([{ id: 1001, frequency }])).toEqual(['error BAD_CRON /objects/0/frequency']),
  )

  it.each(['0 0 31 2 *', '0 0 30 2 *', '0 0 31 4,6 *'])('%j is CRON_NEVER_FIRES', (frequency) =>
    expect(codesOf([{ id: 1001, frequency }])).toEqual(['error CRON_NEVER_FIRES /objects/0/frequency']),
  )

  it('is checked once an expression and reported at every object that has it', () =>
    expect(
      codesOf([
        { id: 1001, frequency: 'x' },
        { id: 1002, frequency: 'x' },
      ]),
    ).toEqual(['error BAD_CRON /objects/0/frequency', 'error BAD_CRON /objects/1/frequency']))
})

describe('a cycle', () => {
  const messages = (objects: readonly Json[]) =>
    faultsOf(objects).flatMap(({ code, message }) => (code === 'CYCLE' ? [message.split(' is ')[0]] : []))

  it('is reported with its whole path, from the smallest id, at its parents', () => {
    const cycle = [
      { id: 2003, parents: 2001 },
      { id: 2002, parents: 2003 },
      { id: 2001, parents: '2002' },
    ]
    expect(messages(cycle)).toEqual(['2001 → 2002 → 2003 → 2001'])
    expect(codesOf(cycle)).toEqual(['error CYCLE /objects/2/parents'])
  })

  it('is the shortest of those that hang together', () =>
    expect(
      messages([
        { id: 2001, parents: 2002 },
        { id: 2002, parents: 2003 },
        { id: 2003, parents: '2001,2004' },
        { id: 2004, parents: 2003 },
      ]),
    ).toEqual(['2003 → 2004 → 2003']))

  it('is reported for each part that hangs together, and not for what is below or above', () =>
    expect(
      messages([
        { id: 1001 },
        { id: 2001, parents: '2002,1001' },
        { id: 2002, parents: 2001 },
        { id: 2003, parents: '2004,2001' },
        { id: 2004, parents: 2003 },
        { id: 3000, parents: 2003 },
      ]),
    ).toEqual(['2001 → 2002 → 2001', '2003 → 2004 → 2003']))
})

describe('all faults', () => {
  it('are reported at once, over all files, in the order of files and places', () => {
    const files = [
      { file: 'b.json', text: '[{"IdObjet":"x"}, {},\n {"id":2001,"parents":9999,"frequency":"?"}]' },
      { file: 'a.json', text: '[1,}' },
      { file: 'c.ndjson', text: '{"id":2001}\n{"id":2002,"parents":2002}' },
    ]
    const outcome = definePlan({ files })
    const places = outcome.ok ? [] : outcome.reason.map((f) => `${f.file}:${f.line}:${f.column} ${f.code}`)
    expect(places).toEqual([
      'b.json:1:13 MISSING_LAYER',
      'b.json:1:19 MISSING_ID',
      'b.json:2:23 UNKNOWN_PARENT',
      'b.json:2:40 BAD_CRON',
      'a.json:1:4 SYNTAX',
      'c.ndjson:1:7 DUPLICATE_ID',
      'c.ndjson:2:22 SELF_PARENT',
    ])
    for (const fault of outcome.ok ? [] : outcome.reason) expect(fault.hint).not.toBe('')
  })

  it('may be a hundred thousand', () => {
    const text = Array.from({ length: 100_000 }, (_, index) => `{"id":${index + 5000}}`).join('\n')
    const outcome = definePlan({ files: [{ file: 'f', text }] })
    expect(outcome.ok ? 0 : outcome.reason.length).toBe(100_000)
  })
})
