// validate: all that is wrong, where, and what to do; and what reading the files named means.

import { describe, expect, it } from 'vitest'
import { filesOf, millefeuille, sampleFile, smallGraph } from '../../support/command-line.ts'

const faulty = `[
  { "id": 1001, "zone": "1-Raw" },
  { "id": 2001, "zone": "2-Standardized", "parents": [1010] },
  { "id": 3001, "zone": "3-Application", "parents": ["garbage2001x", 3001] }
]
`

describe('validate', () => {
  it('accepts the samples, and says what they hold', async () => {
    const { code, out, err } = await millefeuille(['validate', sampleFile])
    expect([code, err]).toEqual([0, ''])
    expect(out).toBe(
      'valid: 1 file, 9 objects (3 in 1-Raw, 3 in 2-Standardized, 3 in 3-Application), 9 links',
    )
  })

  it('reports every fault with place, code, pointer and hint, errors first, and the summary last', async () => {
    const file = filesOf({ 'objects.json': faulty })('objects.json')
    const { code, out } = await millefeuille(['validate', file])
    expect(code).toBe(1)
    const lines = out.split('\n')
    expect(lines[0]).toMatch(/objects\.json:3:\d+: error UNKNOWN_PARENT .*1010.* \(\/1\/parents/)
    expect(lines[1]).toMatch(/^ {2}→ .*1001/)
    expect(lines[2]).toMatch(/objects\.json:4:\d+: error SELF_PARENT /)
    expect(lines[4]).toMatch(/objects\.json:4:\d+: warning NOISY_PARENT /)
    expect(lines.at(-1)).toBe('invalid: 1 file, 2 errors, 1 warning')
  })

  it('prints exactly the published format with --json', async () => {
    const file = filesOf({ 'objects.json': faulty })('objects.json')
    const { code, out, json } = await millefeuille(['validate', '--json', file])
    expect([code, out.split('\n').length]).toEqual([1, 1])
    const printed = json()
    expect(Object.keys(printed)).toEqual(['format', 'ok', 'faults', 'counts'])
    expect(printed).toMatchObject({
      format: 'millefeuille/validate@1',
      ok: false,
      counts: { errors: 2, warnings: 1, files: 1 },
    })
    const [first] = printed.faults as Record<string, unknown>[]
    const fields = ['code', 'column', 'file', 'hint', 'line', 'message', 'pointer', 'severity']
    expect(Object.keys(first ?? {}).sort()).toEqual(fields)
  })

  it('counts with --json what a valid graph holds', async () => {
    const { json } = await millefeuille(['validate', '--json', sampleFile])
    expect(json()).toEqual({
      format: 'millefeuille/validate@1',
      ok: true,
      faults: [],
      counts: {
        files: 1,
        entries: 9,
        objects: 9,
        inactive: 0,
        links: 9,
        zones: { '1-Raw': 3, '2-Standardized': 3, '3-Application': 3 },
        errors: 0,
        warnings: 0,
      },
    })
  })

  it('shows warnings and accepts, and refuses them with --strict', async () => {
    const file = filesOf({ 'objects.json': smallGraph })('objects.json')
    const usual = await millefeuille(['validate', file])
    expect(usual.code).toBe(0)
    expect(usual.out).toMatch(
      /warning INACTIVE_OBJECT[\s\S]*\nvalid: .*1 inactive left out, 0 errors, 1 warning$/,
    )
    const strict = await millefeuille(['validate', '--strict', '--json', file])
    expect(strict.code).toBe(1)
    expect(strict.json()).toMatchObject({ ok: false, counts: { errors: 0, warnings: 1 } })
  })

  it('takes parents that no file defines as loaded with --missing-parents ignore', async () => {
    const file = filesOf({ 'objects.json': [{ id: 2001, zone: '2-Standardized', parents: [1001] }] })(
      'objects.json',
    )
    expect((await millefeuille(['validate', file])).code).toBe(1)
    const ignoring = await millefeuille(['validate', file, '--missing-parents', 'ignore'])
    expect(ignoring.code).toBe(0)
    expect(ignoring.out).toMatch(/warning UNKNOWN_PARENT/)
  })

  it('says so when it leaves faults out of what people read, and leaves none out of JSON', async () => {
    const many = Array.from({ length: 1_100 }, (_, index) => ({ id: 1_000_000 + index, zone: 7 }))
    const file = filesOf({ 'objects.json': many })('objects.json')
    const { out } = await millefeuille(['validate', file])
    expect(out).toContain('… and 100 more; --json prints them all')
    const { json } = await millefeuille(['validate', '--json', file])
    expect(json().faults).toHaveLength(1_100)
  })
})

describe('the files of a command line', () => {
  const child = [{ id: 2001, zone: '2-Standardized', parents: [1001] }]
  const parent = '{"id":1001,"zone":"1-Raw"}\n'

  it('are one graph together: a folder, a file and standard input', async () => {
    const path = filesOf({ 'b.json': child, 'notes.txt': 'no json' })
    const { code, json } = await millefeuille(['validate', '--json', path(), '-'], {
      stdin: `\ufeff${parent}`,
    })
    expect(code).toBe(0)
    expect(json().counts).toMatchObject({ files: 2, objects: 2, links: 1 })
  })

  it('are each read once, however often they are named', async () => {
    const path = filesOf({ 'a.ndjson': parent })
    const { json } = await millefeuille([
      'validate',
      '--json',
      path('a.ndjson'),
      path(),
      `${path()}/./a.ndjson`,
    ])
    expect(json()).toMatchObject({ ok: true, faults: [], counts: { files: 1, entries: 1 } })
  })

  it('name standard input in their faults', async () => {
    const { out } = await millefeuille(['validate', '-'], { stdin: '[{]' })
    expect(out).toMatch(/^stdin:1:\d+: error SYNTAX /)
  })

  it('must be there', async () => {
    const path = filesOf({ 'notes.txt': '' })
    const missing = await millefeuille(['validate', path('none.json')])
    expect(missing).toMatchObject({ code: 2, out: '' })
    expect(missing.err).toMatch(/^error FILE_UNREADABLE: cannot read .*none\.json: ENOENT/)
    const empty = await millefeuille(['validate', path()])
    expect(empty).toMatchObject({ code: 2, out: '' })
    expect(empty.err).toMatch(/holds no \.json, \.ndjson or \.jsonl file/)
  })
})
