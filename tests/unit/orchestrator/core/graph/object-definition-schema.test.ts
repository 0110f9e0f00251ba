// The published JSON Schema agrees with what is read, and the samples with both.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { definePlan } from '../../../../../orchestrator/core/graph/define-plan.ts'
import { fieldNames } from '../../../../../orchestrator/core/graph/definition-fields.ts'

const root = join(import.meta.dirname, '../../../../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const schema = JSON.parse(read('docs/object-definition.schema.json'))
const isValid = new Ajv2020({ allowUnionTypes: true, strictRequired: false }).compile(schema)
const samples = readdirSync(join(root, 'tools/samples')).filter((name) => name.endsWith('.json'))

describe('the published schema of object definitions', () => {
  it.each(samples)('accepts the sample %s', (name) => {
    const ok = isValid(JSON.parse(read(`tools/samples/${name}`)))
    expect(isValid.errors ?? []).toEqual([])
    expect(ok).toBe(true)
  })

  it('has every field that is read, in both languages, and those the words of the issue name', () => {
    const composed = Object.values(fieldNames)
      .flat()
      .filter((name) => name === name.normalize('NFC'))
    const described = Object.keys(schema.$defs.object.properties)
    for (const name of [...composed, 'NomFichier', 'Format', 'URL']) expect(described).toContain(name)
  })

  it.each([
    [{ Zone: '1-Raw' }],
    [{ id: 1.5 }],
    [{ id: 1001, Zone: 'raw' }],
    [{ id: 1001, layer: 4000 }],
    [{ id: 1001, parents: true }],
    [{ id: 1001, parents: [[1]] }],
    [{ id: 1001, Lastrun: 'yesterday' }],
    [{ id: 1001, Criticité: 'urgent' }],
    [{ id: 1001, Fréquence: 5 }],
    [{ id: 1001, parents: [{ policy: 'optional' }] }],
    [{ id: 1001, parents: [{ id: ' ' }] }],
    [{ id: 1001, parents: [{ id: [1002] }] }],
    [{ id: 1001, parents: [{ id: 1002, policy: 'lax' }] }],
    [{ id: 1001, parents: [{ id: 1002, x: 1 }] }],
    [{ id: 1001, parents: [{ id: 1002, policy: 'optional', max_age: '1h' }] }],
    [{ id: 1001, parents: [{ id: 1002, AgeMax: '1h' }] }],
    [{ id: 1001, parents: [{ id: 1002, policy: 'stale-ok', max_age: 'x' }] }],
    [{ id: 1001, parents: [{ id: 1002, wait_until: '07:30' }] }],
    [{ id: 1001, parents: [{ id: 1002, policy: 'optional', wait_until: '7:30' }] }],
    [{ id: 1001, policy: 'gold' }],
    [{ id: 1001, policy: { retries: 1 } }],
    [{ id: 1001, policy: { max_retries: 1.5 } }],
    [{ id: 1001, policy: { max_retries: 1_001 } }],
    [{ id: 1001, policy: { attempt_timeout: '10' } }],
    [{ id: 1001, policy: { answer_timeout: 0 } }],
    [{ id: 1001, policy: { backoff: { base: null } } }],
    [{ id: 1001, Politique: { backoff: { factor: 0 } } }],
    [5],
  ])('refuses what the check refuses too: %j', (entry) => {
    expect(isValid([entry])).toBe(false)
    expect(definePlan({ files: [{ file: 'f', text: JSON.stringify([entry]) }] }).ok).toBe(false)
  })
})

describe('the published schema, of what the check takes too,', () => {
  const link = { id: 1002, policy: 'stale-ok', max_age: '36h', wait_until: '07:30' }

  it.each([
    [{ parents: [1003, link] }],
    [{ parents: link }],
    [{ parents: [{ ...link, max_age: null, wait_until: null, policy: null }] }],
    [{ IdObjet_Parent: [{ IdObjet: 1002, Politique: 'optional', AttendreJusqua: '07:30' }] }],
    [{ IdObjet_Parent: [{ IdObjet: '1002', Politique: 'stale-ok', AgeMax: 60 }, '1003'] }],
    [{ policy: null }],
    [{ policy: { max_retries: 5, backoff: { base: '2s', factor: 2, cap: 300 }, attempt_timeout: '10m' } }],
    [{ Politique: { attempt_timeout: null, answer_timeout: 'never', pickup_timeout: 0.5 } }],
  ])('accepts %j', (fields) => {
    const entries = [{ id: 2001, ...fields }, { id: 1002 }, { id: 1003 }]
    isValid(entries)
    expect(isValid.errors ?? []).toEqual([])
    expect(definePlan({ files: [{ file: 'f', text: JSON.stringify(entries) }] }).ok).toBe(true)
  })
})

describe('the samples', () => {
  it('are the nine objects of three layers', () => {
    const outcome = definePlan({
      files: [{ file: 'objects.json', text: read('tools/samples/objects.json') }],
    })
    if (!outcome.ok) throw new Error(JSON.stringify(outcome.reason))
    expect(outcome.value.warnings).toEqual([])
    expect(outcome.value.plan.objects.map(({ id, parents }) => `${id} < ${parents}`)).toEqual([
      '1001 < ',
      '1002 < ',
      '1005 < ',
      '2001 < 1001',
      '2002 < 1002',
      '2005 < 1005',
      '3000 < 2001,2002,2005',
      '3005 < 2002',
      '3006 < 2002,2005',
    ])
  })
})
