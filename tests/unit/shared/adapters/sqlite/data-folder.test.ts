// The data folder: one owner, a version, and no error that says nothing.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, it, onTestFinished } from 'vitest'
import { MemoryBroker } from '../../../../../shared/adapters/memory/memory-broker.ts'
import { MemoryTransport } from '../../../../../shared/adapters/memory/memory-transport.ts'
import { DataFolder } from '../../../../../shared/adapters/sqlite/data-folder.ts'
import { SqliteRecordKeep } from '../../../../../shared/adapters/sqlite/sqlite-record-keep.ts'
import { SystemClock } from '../../../../../shared/adapters/system/system-clock.ts'
import { silentLogger } from '../../../../../shared/ports/logger.ts'

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'millefeuille-folder-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return join(folder, 'data')
}

function opened(path: string): DataFolder {
  const folder = DataFolder.open(path)
  onTestFinished(() => folder.close())
  return folder
}

it('belongs to one at a time, who is named, and to the next when he has let go', () => {
  const path = emptyFolder()
  const first = opened(path)
  expect(() => DataFolder.open(path)).toThrow(
    expect.objectContaining({ code: 'DATA_IN_USE', detail: { folder: path, owner: process.pid } }),
  )
  writeFileSync(join(path, 'owner.pid'), 'torn')
  expect(() => DataFolder.open(path)).toThrow(/belongs to another process/)
  first.close()
  first.close()
  opened(path)
  expect(readFileSync(join(path, 'owner.pid'), 'utf8')).toBe(`${process.pid}\n`)
})

it('of a newer version is refused and not changed', () => {
  const path = emptyFolder()
  DataFolder.open(path).close()
  const file = new DatabaseSync(join(path, 'millefeuille.sqlite'))
  file.exec('PRAGMA user_version = 99')
  file.close()
  for (let look = 0; look < 2; look++)
    expect(() => DataFolder.open(path)).toThrow(
      expect.objectContaining({ code: 'DATA_NEWER', detail: { folder: path, version: 99 } }),
    )
})

it('with a file that is no database is refused', () => {
  const path = emptyFolder()
  mkdirSync(path)
  writeFileSync(join(path, 'millefeuille.sqlite'), 'no database '.repeat(1_000))
  expect(() => DataFolder.open(path)).toThrow(expect.objectContaining({ code: 'DATA_CORRUPT' }))
})

it('that cannot be made is said to be so', () => {
  const path = emptyFolder()
  writeFileSync(path, 'a file')
  expect(() => DataFolder.open(path)).toThrow(expect.objectContaining({ code: 'DATA_UNWRITABLE' }))
})

it('stores all of a write or nothing', () => {
  const folder = opened(emptyFolder())
  const load = "INSERT INTO loads VALUES ('t', ?, 1, NULL)"
  expect(() =>
    folder.write((statement) => {
      statement(load).run('1')
      statement(load).run('1')
    }),
  ).toThrow(expect.objectContaining({ code: 'DATA_UNWRITABLE' }))
  expect(folder.rows('SELECT * FROM loads')).toEqual([])
})

const record = (key: string, value: string | Buffer) => ({ topic: 'kept', key, value, headers: { a: 'é' } })

async function valuesIn(transport: MemoryTransport): Promise<readonly (string | undefined)[]> {
  const values: (string | undefined)[] = []
  await transport.scan('kept', undefined, ({ value }) => values.push(value?.toString('latin1')))
  return values
}

it('gives a broker its records back, in order, bytes as they were, and goes on counting', async () => {
  const path = emptyFolder()
  const life = (folder: DataFolder) =>
    new MemoryTransport(
      new MemoryBroker({
        clock: new SystemClock(),
        partitions: 1,
        recordKeep: new SqliteRecordKeep(folder, ['kept'], silentLogger),
      }),
    )
  const first = DataFolder.open(path)
  const many = Array.from({ length: 600 }, (_, index) => record('a', `${index}`))
  await life(first).publish([...many, record('b', Buffer.from([0, 255, 0])), record('b', 'nul\0nul')])
  first.close()

  const second = life(opened(path))
  await second.publish([record('a', 'last')])
  const expected = [...many.map(({ value }) => value), '\0\u00ff\0', 'nul\0nul', 'last']
  expect(await valuesIn(second)).toEqual(expected)
})

it('that cannot be written makes a publish fail whole, and nobody sees a part of it', async () => {
  const folder = opened(emptyFolder())
  const recordKeep = new SqliteRecordKeep(folder, ['kept'], silentLogger)
  const transport = new MemoryTransport(new MemoryBroker({ clock: new SystemClock(), recordKeep }))
  folder.close()
  await expect(
    transport.publish([{ topic: 'beside', key: 'a', value: 'x' }, record('a', 'y')]),
  ).rejects.toMatchObject({ code: 'DATA_UNWRITABLE', retryable: true })
  const seen: unknown[] = []
  await transport.scan('beside', undefined, (each) => seen.push(each))
  expect(seen).toEqual([])
})

it('drops the records of the keys that are named, and old ones, and no others', async () => {
  const folder = opened(emptyFolder())
  const keep = new SqliteRecordKeep(folder, ['kept'], silentLogger)
  const kept = (offset: number, key: string, timestampMs: number) => ({
    ...record(key, key),
    ...{ partition: 0, offset, timestampMs },
  })
  keep.append([kept(0, 'a', 10), kept(1, 'b', 20), kept(2, 'a', 30), kept(3, 'c', 40)])
  keep.forget('kept', ['a'])
  keep.forget('other', ['b', 'c'])
  folder.compact()
  expect(keep.read('kept', 0, 0, 10).map(({ key }) => key)).toEqual(['b', 'c'])
  keep.forgetBefore('kept', 40)
  expect(keep.read('kept', 0, 0, 10).map(({ key }) => key)).toEqual(['c'])
  expect(keep.end('kept', 0)).toBe(4)
})
