// Definition files of a folder: which they are and how they are read.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  definitionPaths,
  readDefinitionFile,
} from '../../../../../orchestrator/adapters/file/definition-files.ts'

describe('definition files on a disk', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millefeuille-files-'))

  beforeAll(() => {
    for (const name of ['b.json', 'a.ndjson', 'C.JSONL', '.hidden.json', 'notes.md', 'b.json~']) {
      writeFileSync(join(folder, name), '[]')
    }
    mkdirSync(join(folder, 'inner'))
    writeFileSync(join(folder, 'inner', 'd.json'), '[]')
    writeFileSync(join(folder, 'wide.txt'), Buffer.from('\ufeff[]', 'utf16le'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('are those of a folder by their endings, sorted, without hidden ones and inner folders', async () => {
    const paths = await definitionPaths(folder)
    expect(paths).toEqual(['C.JSONL', 'a.ndjson', 'b.json'].map((name) => join(folder, name)))
  })

  it('are a file itself, whatever its ending', async () =>
    expect(await definitionPaths(join(folder, 'wide.txt'))).toEqual([join(folder, 'wide.txt')]))

  it('that are not there reject', async () => {
    await expect(definitionPaths(join(folder, 'none.json'))).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(readDefinitionFile(join(folder, 'none.json'))).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('are read as strict UTF-8', async () => {
    expect(await readDefinitionFile(join(folder, 'b.json'))).toEqual({
      file: join(folder, 'b.json'),
      text: '[]',
    })
    expect(await readDefinitionFile(join(folder, 'wide.txt'))).toMatchObject({
      unreadable: { message: expect.stringContaining('UTF-16') },
    })
  })
})
