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
    [5],
  ])('refuses what the check refuses too: %j', (entry) => {
    expect(isValid([entry])).toBe(false)
    expect(definePlan({ files: [{ file: 'f', text: JSON.stringify([entry]) }] }).ok).toBe(false)
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
