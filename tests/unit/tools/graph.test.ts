// graph: four formats of the same plan, each safe with whatever stands in names.

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { filesOf, millefeuille, sampleFile } from '../../support/command-line.ts'

const nasty = [
  { id: 'a"b', zone: '1-Raw', name: 'End <b> & "quote" \\ `tick` ]]> #x\u0007\n--> n1; %%' },
  { id: 'subgraph', zone: '2-Standardized', name: 'end', parents: ['a"b'] },
]

async function drawn(format: string, objects: unknown = nasty, ...more: readonly string[]) {
  const args = ['graph', '-', '--all', '--format', format, ...more]
  const { code, out, err } = await millefeuille(args, { stdin: JSON.stringify(objects) })
  expect(code).toBe(0)
  return { out, err }
}

describe('mermaid', () => {
  it('is the usual format: a box per object within its zone, and an arrow per link', async () => {
    const { out } = await millefeuille(['graph', sampleFile, '-t', '2001'])
    expect(out.split('\n')).toEqual([
      'flowchart LR',
      '  classDef raw fill:#e3effb,stroke:#2b6cb0,color:#1a202c',
      '  subgraph raw_zone["1-Raw"]',
      '    n0["1001<br/>Customers"]:::raw',
      '  end',
      '  classDef standardized fill:#fdf0d5,stroke:#b7791f,color:#1a202c',
      '  subgraph standardized_zone["2-Standardized"]',
      '    n1["2001<br/>Customers standardized"]:::standardized',
      '  end',
      '  n0 --> n1',
    ])
  })

  it('escapes what Mermaid would read as its own', async () => {
    const { out } = await drawn('mermaid')
    const label = /n0\["(.*)"\]:::raw/.exec(out)?.[1] ?? ''
    expect(label).toMatch(
      /^a#34;b<br\/>End #60;b#62; #38; #34;quote#34; #92; #96;tick#96; #93;#93;#62; #35;x --#62; n1#59; #37;#37;$/,
    )
    expect(label.replace(/#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))).toBe(
      'a"b<br/>End <b> & "quote" \\ `tick` ]]> #x --> n1; %%',
    )
  })

  it('warns on stderr when Mermaid would refuse it, and names another format', async () => {
    const wide = Array.from({ length: 502 }, (_, index) => ({
      id: 1_000_000 + index,
      layer: 1000,
      ...(index === 0 ? {} : { parents: [1_000_000] }),
    }))
    expect((await drawn('mermaid', wide.slice(0, 501))).err).toBe('')
    const { out, err } = await drawn('mermaid', wide)
    expect(out).toMatch(/^flowchart LR\n/)
    expect(err).toMatch(/^warning: .*500 links .* 501 .*--format svg/)
  })
})

describe('dot', () => {
  it('quotes every name, so that nothing in it ends the string', async () => {
    const { out } = await drawn('dot')
    expect(out).toContain(
      '"a\\"b" [label="a\\"b\\nEnd <b> &amp; \\"quote\\" \\\\ `tick` ]]> #x --> n1; %%", fillcolor=',
    )
    expect(out).toContain('"a\\"b" -> "subgraph";')
    expect(out.split('\n').at(-1)).toBe('}')
  })
})

describe('json', () => {
  it('has nodes in plan order and links, and is what --json means', async () => {
    const { out } = await drawn('json')
    expect(JSON.parse(out)).toEqual({
      format: 'millefeuille/graph@1',
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      nodes: [
        { id: 'a"b', name: nasty[0]?.name, layer: 1000, zone: '1-Raw', level: 0, criticality: 'medium' },
        { id: 'subgraph', name: 'end', layer: 2000, zone: '2-Standardized', level: 1, criticality: 'medium' },
      ],
      links: [{ from: 'a"b', to: 'subgraph' }],
    })
    expect((await drawn('svg', nasty, '--json')).out).toBe(out)
  })
})

describe('svg', () => {
  it('is well-formed whatever stands in names, and shows them', async () => {
    const { out } = await drawn('svg')
    expect(elementsLeftOpen(out)).toEqual([])
    expect(out).toContain('>End &lt;b&gt; &amp; "quote" \\ `tick` …</text>')
    expect(out).not.toMatch(/&(?!amp;|lt;|gt;)/)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: XML forbids them
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/)
  })

  it('draws a box per object, a colour per zone, a legend, and the longest chain in bold', async () => {
    const { out } = await millefeuille(['graph', sampleFile, '-f', 'svg'])
    expect(out.match(/rx="7"/g)).toHaveLength(9)
    for (const text of [
      '9 objects, 9 links',
      '1-Raw (3)',
      '2-Standardized (3)',
      '3-Application (3)',
      'longest chain (3)',
    ])
      expect(out).toContain(`>${text}</text>`)
    const strong = out.slice(out.indexOf('stroke-width="2.2">'), out.indexOf('<g><title>'))
    expect(strong.match(/<path/g)).toHaveLength(2)
  })

  it('warns when nobody could read it', async () => {
    const many = Array.from({ length: 3_001 }, (_, index) => ({ id: 1_000_000 + index, layer: 1000 }))
    expect((await drawn('svg', many)).err).toMatch(
      /^warning: a drawing of 3001 objects is hard to read.*--select/,
    )
  })
})

describe('links that are not simply required', () => {
  const parents = [1002, { id: 1001, policy: 'stale-ok', max_age: '36h', wait_until: '07:30' }]
  const objects = [{ id: 1001 }, { id: 1002 }, { id: 2001, parents }]

  it('are dashed in Mermaid, with what they are', async () => {
    const { out } = await drawn('mermaid', objects)
    expect(out.split('\n').slice(-2)).toEqual([
      '  n0 -.->|"stale-ok up to 1 d 12 h, waits until 07:30"| n2',
      '  n1 --> n2',
    ])
  })

  it('are dashed in dot, with what they are', async () => {
    const { out } = await drawn('dot', objects)
    expect(out.split('\n').slice(-3, -1)).toEqual([
      '  "1001" -> "2001" [style=dashed, label="stale-ok up to 1 d 12 h, waits until 07:30", fontsize=9];',
      '  "1002" -> "2001";',
    ])
  })

  it('say their policy in json', async () => {
    const { out } = await drawn('json', objects)
    expect(JSON.parse(out).links).toEqual([
      { from: '1001', to: '2001', policy: 'stale-ok' },
      { from: '1002', to: '2001' },
    ])
  })

  it('are dashed in svg, and explained in its legend', async () => {
    const { out } = await drawn('svg', objects)
    expect(elementsLeftOpen(out)).toEqual([])
    expect(out.match(/stroke-dasharray/g)).toHaveLength(2)
    expect(out).toContain('>optional or stale-ok (1)</text>')
    const required = await drawn('svg', [...objects.slice(0, 2), { id: 2001, parents: [1001, 1002] }])
    expect(required.out).not.toMatch(/stroke-dasharray|optional/)
  })
})

describe('where it goes', () => {
  it('is a file with -o, said on stderr', async () => {
    const path = filesOf({})
    const { code, out, err } = await millefeuille(['graph', sampleFile, '-f', 'dot', '-o', path('g.dot')])
    expect([code, out, err]).toEqual([0, '', `wrote ${path('g.dot')}`])
    expect(readFileSync(path('g.dot'), 'utf8')).toMatch(/^digraph millefeuille \{\n[\s\S]*\n\}\n$/)
  })

  it('must be writable', async () => {
    const { code, err } = await millefeuille(['graph', sampleFile, '-o', filesOf({})('no/such/folder')])
    expect(code).toBe(2)
    expect(err).toMatch(/^error FILE_UNWRITABLE: cannot write .*ENOENT/)
  })

  it('is nowhere when the files are invalid', async () => {
    const path = filesOf({ 'bad.json': '[' })
    const { code, out } = await millefeuille(['graph', path('bad.json'), '-o', path('g.mmd')])
    expect([code, out]).toEqual([1, ''])
    expect(() => readFileSync(path('g.mmd'))).toThrow(/ENOENT/)
  })
})

/** Elements of XML that nothing closes; a tag or text with a stray bracket shows as one. */
function elementsLeftOpen(xml: string): readonly string[] {
  const open: string[] = []
  for (const [tag] of xml.matchAll(/<[^>]*>?/g)) {
    const name = /^<\/?([a-z]+)/.exec(tag)?.[1] ?? `stray ${tag}`
    if (tag.startsWith('</')) {
      if (open.at(-1) === name) open.pop()
      else open.push(tag)
    } else if (!tag.endsWith('/>')) open.push(name)
  }
  return open
}
