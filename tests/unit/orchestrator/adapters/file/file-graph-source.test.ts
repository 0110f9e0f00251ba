// Tests of object files on a disk: what is read, and which changes are noticed.

import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { readDefinitionFile } from '../../../../../orchestrator/adapters/file/definition-files.ts'
import { FileGraphSource } from '../../../../../orchestrator/adapters/file/file-graph-source.ts'
import { VirtualClock } from '../../../../../shared/adapters/memory/virtual-clock.ts'

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'objects-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

/** A source that has been read once and is watched; `look` lets it look once and tells how often it has called so far. */
async function watched(path: string, readFile = readDefinitionFile) {
  const clock = new VirtualClock()
  const source = new FileGraphSource(path, clock, readFile)
  await source.read().catch(() => {})
  let changes = 0
  const end = source.watch(() => changes++)
  const look = async () => {
    await clock.advance(2_000)
    // The look reads the disk, and waits for the next one when it has.
    await vi.waitFor(() => expect(clock.waiting).toBe(1), { interval: 1 })
    return changes
  }
  return { clock, source, look, end }
}

describe('reading', () => {
  it('gives one file by its path', async () => {
    const path = join(await folder(), 'objects.txt')
    await writeFile(path, '[]')
    expect(await new FileGraphSource(path, new VirtualClock()).read()).toEqual([{ file: path, text: '[]' }])
  })

  it('gives the JSON and NDJSON files of a folder in order of name, and nothing else', async () => {
    const path = await folder()
    for (const name of ['b.ndjson', 'a.json', 'c.jsonl', 'D.JSON', '.hidden.json', 'a.json~', 'notes.md']) {
      await writeFile(join(path, name), name)
    }
    const files = await new FileGraphSource(path, new VirtualClock()).read()
    expect(files.map(({ text }) => text)).toEqual(['D.JSON', 'a.json', 'b.ndjson', 'c.jsonl'])
  })

  it('rejects when there is nothing, and says where', async () => {
    const path = join(await folder(), 'missing.json')
    await expect(new FileGraphSource(path, new VirtualClock()).read()).rejects.toMatchObject({
      code: 'FILE_UNREADABLE',
      message: expect.stringContaining(path),
    })
  })
})

describe('watching', () => {
  it('is silent while nothing changes', async () => {
    const path = join(await folder(), 'objects.json')
    await writeFile(path, '[]')
    const { look } = await watched(path)
    for (let looks = 0; looks < 5; looks++) expect(await look()).toBe(0)
  })

  it('tells of a change once it has come to rest, until it is read', async () => {
    const path = join(await folder(), 'objects.json')
    await writeFile(path, '[]')
    const { look, source } = await watched(path)
    await writeFile(path, '[1]')
    expect(await look()).toBe(0)
    await writeFile(path, '[1, 2]')
    expect(await look()).toBe(0)
    expect(await look()).toBe(1)
    await source.read()
    expect(await look()).toBe(1)
  })

  it('tells of a change between reading and the first look', async () => {
    const path = join(await folder(), 'objects.json')
    await writeFile(path, '[]')
    const { look } = await watched(path)
    await writeFile(path, '[1]')
    await look()
    expect(await look()).toBe(1)
  })

  it('tells of a file that is replaced by another of the same size', async () => {
    const path = join(await folder(), 'objects.json')
    await writeFile(path, '[1]')
    const { look } = await watched(path)
    await writeFile(`${path}.new`, '[2]')
    await rename(`${path}.new`, path)
    await look()
    expect(await look()).toBe(1)
  })

  it('tells of files that come into a folder and go', async () => {
    const path = await folder()
    await writeFile(join(path, 'a.json'), '[]')
    const { look, source } = await watched(path)
    await writeFile(join(path, 'b.json'), '[]')
    await look()
    expect(await look()).toBe(1)
    await source.read()
    await rm(join(path, 'a.json'))
    await look()
    expect(await look()).toBe(2)
  })

  it('tells of the swapped link by which Kubernetes changes a ConfigMap', async () => {
    const path = await folder()
    for (const version of ['..1', '..2']) {
      await mkdir(join(path, version))
      await writeFile(join(path, version, 'objects.json'), version)
    }
    await symlink('..1', join(path, '..data'))
    await symlink(join('..data', 'objects.json'), join(path, 'objects.json'))
    const { look, source } = await watched(path)
    await symlink('..2', join(path, '..new'))
    await rename(join(path, '..new'), join(path, '..data'))
    await look()
    expect(await look()).toBe(1)
    expect((await source.read()).map(({ text }) => text)).toEqual(['..2'])
  })

  it('tells of a file that appears where there was none, and of one that disappears', async () => {
    const path = join(await folder(), 'objects.json')
    const { look, source } = await watched(path)
    expect(await look()).toBe(0)
    await writeFile(path, '[]')
    await look()
    expect(await look()).toBe(1)
    await source.read()
    await rm(path)
    await look()
    expect(await look()).toBe(2)
  })

  it('asks for another reading of what could not be read and looks as it did, less and less often', async () => {
    const path = join(await folder(), 'objects.json')
    await writeFile(path, '[]')
    let isAway = true
    const { look, source } = await watched(path, async (file) => {
      if (isAway) throw new Error('EIO: i/o error, read')
      return { file, text: '[]' }
    })
    await look()
    expect(await look()).toBe(1)
    await expect(source.read()).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
    expect(await look()).toBe(1)
    expect(await look()).toBe(2)
    for (let retry = 0; retry < 6; retry++) await source.read().catch(() => {})
    for (let looks = 0; looks < 29; looks++) expect(await look()).toBe(2)
    expect(await look()).toBe(3)
    isAway = false
    expect(await source.read()).toEqual([{ file: path, text: '[]' }])
    for (let looks = 0; looks < 40; looks++) expect(await look()).toBe(3)
  })

  it('ends when asked to', async () => {
    const path = join(await folder(), 'objects.json')
    const { clock, end } = await watched(path)
    end()
    expect(clock.waiting).toBe(0)
  })
})
