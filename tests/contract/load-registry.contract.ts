// What every LoadRegistry promises, whatever it stands on.

import { expect, it } from 'vitest'
import type { LoadRegistry } from '../../orchestrator/ports/load-registry.ts'

/** `open` gives a registry that nobody else has written to. */
export function loadRegistryContract(open: () => LoadRegistry): void {
  const load = (objectId: string, loadedAtMs: number, result?: string) =>
    result === undefined ? { objectId, loadedAtMs } : { objectId, loadedAtMs, result }

  it('gives the last loads of the objects asked for, and of no others', async () => {
    const registry = open()
    await registry.remember('t', [load('1', 10, 'a'), load('2', 20)])
    expect(await registry.lastLoads('t', ['2', '3', '1'])).toEqual(
      new Map([
        ['2', load('2', 20)],
        ['1', load('1', 10, 'a')],
      ]),
    )
    expect(await registry.lastLoads('t', ['2'])).toEqual(new Map([['2', load('2', 20)]]))
    expect(await registry.lastLoads('t', [])).toEqual(new Map())
  })

  it('takes a newer load and ignores an older one', async () => {
    const registry = open()
    await registry.remember('t', [load('1', 9, 'first'), load('1', 1_763_600_000_123, 'newest')])
    await registry.remember('t', [load('1', 1_763_600_000_122, 'late')])
    expect((await registry.lastLoads('t', ['1'])).get('1')?.result).toBe('newest')
  })

  it('lets a load be remembered twice', async () => {
    const registry = open()
    await registry.remember('t', [load('1', 9, 'a')])
    await registry.remember('t', [load('1', 9, 'a')])
    expect(await registry.lastLoads('t', ['1'])).toEqual(new Map([['1', load('1', 9, 'a')]]))
  })

  it('keeps tenants apart, and objects whose ids are made of any characters', async () => {
    const registry = open()
    const oddIds = ['a b', '{x}', 'é 🥐', '__proto__', '']
    await registry.remember(
      'north {1}',
      oddIds.map((objectId, index) => load(objectId, index, objectId)),
    )
    const found = await registry.lastLoads('north {1}', oddIds)
    expect([...found.values()].map((each) => each.result)).toEqual(oddIds)
    expect(await registry.lastLoads('south', oddIds)).toEqual(new Map())
  })

  it('remembers structured results as they were', async () => {
    const registry = open()
    const result = { rows: 3, parts: [1.5, null, { 'a b': 'é\n' }], empty: '' }
    await registry.remember('t', [{ objectId: '1', loadedAtMs: 1, result }])
    expect((await registry.lastLoads('t', ['1'])).get('1')?.result).toEqual(result)
  })

  it('takes and gives thousands at once', async () => {
    const registry = open()
    const loads = Array.from({ length: 2_345 }, (_, index) => load(String(index), index))
    await registry.remember('t', loads)
    const found = await registry.lastLoads(
      't',
      loads.map((each) => each.objectId),
    )
    expect([...found.values()]).toEqual(loads)
  })
}
