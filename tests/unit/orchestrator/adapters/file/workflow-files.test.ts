// Tests of the folder of workflows.

import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readWorkflows } from '../../../../../orchestrator/adapters/file/workflow-files.ts'

const ownFolder = fileURLToPath(new URL('../../../../../tools/workflows', import.meta.url))
const workflow = (name: string) => JSON.stringify({ name, steps: [{ id: 'a', zone: '1-Raw' }] })

async function folderOf(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'workflows-'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return folder
}

describe('a folder of workflows', () => {
  it('that comes with the house has no fault', async () => {
    const read = await readWorkflows(ownFolder)
    expect(read.ok && read.value.map(({ name }) => name)).toEqual(['daily_operations'])
  })

  it('gives those of its .json files in order of name, hidden ones and others left out', async () => {
    const folder = await folderOf({
      'b.json': workflow('second'),
      'a.json': workflow('first'),
      '.c.json': 'not read',
      'notes.md': 'not read',
    })
    const read = await readWorkflows(folder)
    expect(read.ok && read.value.map(({ name }) => name)).toEqual(['first', 'second'])
  })

  it('says which file is wrong', async () => {
    const folder = await folderOf({ 'a.json': workflow('first'), 'b.json': '{' })
    const read = await readWorkflows(folder)
    expect(read).toMatchObject({ ok: false, reason: [{ code: 'SYNTAX', file: join(folder, 'b.json') }] })
  })

  it('hands on what the installation says', async () => {
    const read = await readWorkflows(ownFolder, { dailyCron: '0 5 * * *', timeZone: 'UTC' })
    expect(read.ok && read.value[0]?.schedule).toMatchObject({ cron: '0 5 * * *', timeZone: 'UTC' })
  })

  it('that is not there is a fault with its path', async () => {
    const missing = join(await folderOf({}), 'missing')
    await expect(readWorkflows(missing)).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: expect.stringContaining(missing),
    })
  })
})
