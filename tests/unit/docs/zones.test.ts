// What docs/zones.md shows is what works.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { lineCountLoader } from '../../../docs/examples/line-count-loader.ts'
import { readyEvent } from '../../support/zone-bench.ts'

const docs = join(import.meta.dirname, '../../../docs')
const read = (file: string) => readFileSync(join(docs, file), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'millefeuille-zones-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('docs/zones.md', () => {
  it.each(['line-count-loader.ts', 'python-zone/zone.py'])('shows %s as it is', (file) => {
    expect(read('zones.md')).toContain(`\n${read(`examples/${file}`)}\`\`\``)
  })
})

describe('the loader of docs/zones.md', () => {
  const load = (object: { NomFichier?: string }) =>
    lineCountLoader.load(readyEvent({ object }), { signal: new AbortController().signal })

  it('is written in under 20 lines', () => {
    const code = read('examples/line-count-loader.ts').split('\n')
    expect(code.filter((line) => line.trim() !== '').length).toBeLessThan(20)
  })

  it('gives the number of lines to the children', async () => {
    const file = join(folder, 'three.csv')
    writeFileSync(file, 'a\nb\nc\n')
    expect(await load({ NomFichier: file })).toEqual({ info: '3 lines', result: { lines: 3 } })
  })

  it('fails where there is no file', async () => {
    await expect(load({ NomFichier: join(folder, 'none.csv') })).rejects.toThrow('ENOENT')
    await expect(load({})).rejects.toMatchObject({ code: 'LOADER_REFUSED' })
  })
})
