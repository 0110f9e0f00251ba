// plan: what would be loaded in which order, what would not, and large plans that stay readable.

import { describe, expect, it } from 'vitest'
import { filesOf, millefeuille, sampleFile, smallGraph } from '../../support/command-line.ts'

describe('plan', () => {
  it('shows levels in order, what is left out and why, the longest chain, and the totals last', async () => {
    const file = filesOf({ 'objects.json': smallGraph })('objects.json')
    const { code, out, err } = await millefeuille(['plan', file])
    expect(code).toBe(0)
    expect(err).toContain('warning INACTIVE_OBJECT')
    expect(out.replace(/plan [0-9a-f]{12}/, 'plan HASH').split('\n')).toEqual([
      '1-Raw, level 0: 1 object',
      '  1001  Customers',
      '2-Standardized, level 1: 1 object',
      '  2001  Customers clean  ← 1001',
      '3-Application, level 2: 1 object',
      '  3001  Report  ← 2001',
      'left out: 2 objects',
      '  1009: its state is not active',
      '  2002: no target needs it',
      'longest chain (3 objects): 1001 → 2001 → 3001',
      'plan HASH: 3 objects (1 in 1-Raw, 1 in 2-Standardized, 1 in 3-Application), 2 links, 3 levels, 1 target',
    ])
  })

  it('prints exactly the published format with --json, objects in order', async () => {
    const file = filesOf({ 'objects.json': smallGraph })('objects.json')
    const { out, json } = await millefeuille(['plan', '--json', file])
    expect(out.split('\n')).toHaveLength(1)
    expect(Object.keys(json())).toEqual(['format', 'hash', 'targets', 'objects', 'left_out', 'critical_path'])
    expect(json()).toEqual({
      format: 'millefeuille/plan@1',
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      targets: ['3001'],
      objects: [
        { id: '1001', layer: 1000, zone: '1-Raw', level: 0, parents: [] },
        { id: '2001', layer: 2000, zone: '2-Standardized', level: 1, parents: ['1001'] },
        { id: '3001', layer: 3000, zone: '3-Application', level: 2, parents: ['2001'] },
      ],
      left_out: [
        { id: '1009', reason: 'inactive' },
        { id: '2002', reason: 'not-needed' },
      ],
      critical_path: ['1001', '2001', '3001'],
    })
  })

  it.each([
    [
      ['-t', '3005'],
      ['1002', '2002', '3005'],
    ],
    [
      ['-t', '2001', '2005'],
      ['1001', '1005', '2001', '2005'],
    ],
    [
      ['-s', '+2002'],
      ['1002', '2002'],
    ],
    [
      ['-s', '2001+'],
      ['1001', '1002', '1005', '2001', '2002', '2005', '3000'],
    ],
  ])('plans what %j selects', async (selection, ids) => {
    const { json } = await millefeuille(['plan', '--json', sampleFile, ...selection])
    expect((json().objects as { id: string }[]).map(({ id }) => id)).toEqual(ids)
  })

  it('tells invalid files as validate does: people on stderr, programs on stdout', async () => {
    const file = filesOf({ 'objects.json': [{ id: 2001, zone: '2-Standardized', parents: [2001] }] })(
      'objects.json',
    )
    const shown = await millefeuille(['plan', file])
    expect([shown.code, shown.out]).toEqual([1, ''])
    expect(shown.err).toMatch(/error SELF_PARENT[\s\S]*invalid: 1 error, 0 warnings$/)
    const printed = await millefeuille(['plan', '--json', file])
    expect([printed.code, printed.err]).toEqual([1, ''])
    expect(printed.json()).toMatchObject({ format: 'millefeuille/validate@1', ok: false })
  })

  it('refuses a target that is not there, and says which one may be meant', async () => {
    const { code, err } = await millefeuille(['plan', sampleFile, '-t', '3007'])
    expect(code).toBe(1)
    expect(err).toMatch(/UNKNOWN_TARGET .*3007[\s\S]*3006/)
  })
})

describe('a plan with links that are not simply required', () => {
  const objects = [
    { id: 1001 },
    { id: 1002, policy: { max_retries: 5 } },
    {
      id: 2001,
      parents: [1002, { id: 1001, policy: 'stale-ok', max_age: '36h', wait_until: '07:30' }],
    },
    {
      id: 3001,
      parents: [
        { id: 2001, policy: 'required' },
        { id: 1002, policy: 'optional' },
      ],
    },
  ]
  const shown = (...more: readonly string[]) =>
    millefeuille(['plan', '-', ...more], { stdin: JSON.stringify(objects) })

  it('says of each what it is', async () => {
    const { out } = await shown()
    expect(out).toContain('  2001  ← 1002, 1001 (stale-ok up to 1 d 12 h, waits until 07:30)\n')
    expect(out).toContain('  3001  ← 2001, 1002 (optional)\n')
  })

  it('has them in its JSON, and nothing more on the other objects', async () => {
    const { json } = await shown('--json')
    const [first, second, child, last] = json().objects as readonly { readonly links?: unknown }[]
    expect(Object.keys(first ?? {})).toEqual(['id', 'layer', 'zone', 'level', 'parents'])
    expect(Object.keys(second ?? {})).toEqual(Object.keys(first ?? {}))
    expect(child?.links).toEqual([
      { id: '1001', policy: 'stale-ok', max_age_ms: 129_600_000, wait_until: '07:30' },
    ])
    expect(last?.links).toEqual([{ id: '1002', policy: 'optional' }])
  })
})

describe('a large plan', () => {
  /** 50 levels of 40 objects, each on the one before it. */
  const large = Array.from({ length: 2_000 }, (_, index) => ({
    id: 1_000_000 + index,
    layer: 1000,
    name: 'A name\nof two lines',
    ...(index < 40 ? {} : { parents: [1_000_000 + index - 40] }),
  }))

  it('shows the first of each level and counts the rest', async () => {
    const { out } = await millefeuille(['plan', '-'], { stdin: JSON.stringify(large) })
    const lines = out.split('\n')
    expect(lines.length).toBeLessThan(400)
    expect(lines[0]).toBe('1-Raw, level 0: 40 objects')
    expect(lines[11]).toBe('  … 30 more')
    expect(out).toContain('… 20 more levels with 800 objects (--full prints all)')
    expect(out).toMatch(/longest chain \(50 objects\): 1000000 → .* → … 38 more … → .* → 1001960\n/)
    expect(lines.at(-1)).toContain('2000 objects (2000 in 1-Raw), 1960 links, 50 levels')
  })

  it('is shown whole with --full', async () => {
    const { out } = await millefeuille(['plan', '-', '--full'], { stdin: JSON.stringify(large) })
    expect(out.split('\n')).toHaveLength(2_000 + 50 + 2)
    expect(out).not.toContain('…')
  })

  it('stays within a narrow terminal', async () => {
    const { out } = await millefeuille(['plan', '-'], { stdin: JSON.stringify(large), resultColumns: 40 })
    const objects = out.split('\n').filter((line) => line.startsWith('  '))
    expect(Math.max(...objects.map((line) => line.length))).toBe(40)
  })
})
