// What every RunRecovery promises beside its RunStore, whatever they stand on.

import { describe, expect, it } from 'vitest'
import type { RestoredRun, RunRecovery } from '../../orchestrator/ports/run-recovery.ts'
import type { RunStore, StoredRun } from '../../orchestrator/ports/run-store.ts'
import { commitOf, idOf, keepAll, markOf, recordOf, summaryOf } from './run-store-scene.ts'

export interface RecoveryScene {
  readonly clock: { atMs: number }
  readonly store: RunStore
  readonly recovery: RunRecovery
  /** Empties the server while it runs. */
  lose(): Promise<void>
  /** Kills the server and starts it again with all that it had. */
  restart(): Promise<void>
}

/** A run of `version` commits that goes on. */
export function restoredRun(runId: string, version: number, changes: Partial<RestoredRun> = {}): RestoredRun {
  const records = Array.from({ length: version }, (_, index) => recordOf(index + 1))
  const summary = summaryOf(runId)
  const state = { relayed: version, summary, dueAtMs: Number.POSITIVE_INFINITY }
  return { runId, version, id: idOf(version), records, ...state, ...changes }
}

const ended = (runId: string) => ({ summary: summaryOf(runId, { state: 'succeeded', endedAtMs: 9_000 }) })

/** Begins, restores these runs, finishes. */
export async function rebuild(recovery: RunRecovery, name: string, ...runs: readonly RestoredRun[]) {
  expect(await recovery.begin(name, 'replica', true)).toBe('begun')
  const runIds = runs.map(({ runId }) => runId)
  await recovery.hold(name, runIds)
  for (const run of runs) expect(await recovery.restore(name, run)).toBe('restored')
  expect(await recovery.finish(name)).toBe('whole')
}

type Build = () => Promise<RecoveryScene>

export function runRecoveryContract(build: Build): void {
  wholePromises(build)
  lossPromises(build)
  rebuildPromises(build)
  restorePromises(build)
}

function wholePromises(build: Build): void {
  describe('whole', () => {
    it('is named after the last rebuild that finished, until everything is lost', async () => {
      const { recovery, lose } = await build()
      await rebuild(recovery, 'one')
      expect(await recovery.whole()).toBe('one')
      await rebuild(recovery, 'two')
      expect(await recovery.whole()).toBe('two')
      await lose()
      expect(await recovery.whole()).toBeUndefined()
    })

    it('is no longer said after a restart: what is there then may be older than what was there', async () => {
      const { recovery, store, restart } = await build()
      await rebuild(recovery, 'one')
      await keepAll(store, [commitOf('r', 0)])
      await restart()
      expect(await recovery.whole()).toBeUndefined()
      await rebuild(recovery, 'two')
      expect(await recovery.whole()).toBe('two')
    })
  })
}

function lossPromises(build: Build): void {
  describe('a store that lost something', () => {
    it('opens no run before it is whole', async () => {
      const { recovery, store, lose } = await build()
      await lose()
      expect(await store.commit(commitOf('r', 0))).toBe('stale')
      expect(await store.read('r', 0)).toBeUndefined()
      await rebuild(recovery, 'one')
      await keepAll(store, [commitOf('r', 0)])
    })

    it('keeps, marks and shows nothing of a run after a restart, until it is restored', async () => {
      const { recovery, store, restart } = await build()
      await rebuild(recovery, 'one')
      await keepAll(store, [commitOf('r', 0), commitOf('r', 1)])
      await restart()
      expect(await store.commit(commitOf('r', 2))).toBe('stale')
      expect(await store.commit(commitOf('r', 1))).toBe('stale')
      expect(await store.markRelayed([markOf('r', 1), markOf('r', 2)])).toEqual([false, false])
      await expect(store.read('r', 0)).rejects.toMatchObject({ code: 'STORE_BEHIND', retryable: true })
      await rebuild(recovery, 'two', restoredRun('r', 3))
      expect(await store.markRelayed([markOf('r', 2), markOf('r', 3)])).toEqual([true, true])
      await keepAll(store, [commitOf('r', 3)])
    })
  })
}

function rebuildPromises(build: Build): void {
  describe('a rebuild', () => {
    it('is not begun on a whole store, unless the store is doubted', async () => {
      const { recovery } = await build()
      await rebuild(recovery, 'one')
      expect(await recovery.begin('two', 'replica', false)).toBe('whole')
      expect(await recovery.whole()).toBe('one')
      expect(await recovery.begin('two', 'replica', true)).toBe('begun')
      expect(await recovery.whole()).toBeUndefined()
    })

    it('keeps other replicas waiting, and gives way to the next one of its own', async () => {
      const { recovery, lose } = await build()
      await lose()
      expect(await recovery.begin('one', 'a', false)).toBe('begun')
      expect(await recovery.begin('one', 'a', false)).toBe('begun')
      expect(await recovery.begin('other', 'b', true)).toBe('busy')
      expect(await recovery.begin('two', 'a', false)).toBe('begun')
      expect(await recovery.finish('one')).toBe('superseded')
      expect(await recovery.finish('two')).toBe('whole')
      expect(await recovery.finish('two')).toBe('whole')
    })

    it('is not finished when everything was lost meanwhile, and is void for a server that is started anew', async () => {
      for (const strike of ['lose', 'restart'] as const) {
        const scene = await build()
        await scene.lose()
        await scene.recovery.begin('one', 'a', false)
        await scene[strike]()
        expect(await scene.recovery.finish('one')).toBe('superseded')
        expect(await scene.recovery.begin('two', 'b', false)).toBe('begun')
        expect(await scene.recovery.finish('two')).toBe('whole')
      }
    })

    it('holds runs: nothing of them is kept, marked or shown until they are restored', async () => {
      const { recovery, store } = await build()
      await rebuild(recovery, 'one')
      await keepAll(store, [commitOf('r', 0), commitOf('other', 0)])
      await recovery.begin('two', 'a', true)
      await recovery.hold('two', ['r', 'new'])
      expect(await store.commit(commitOf('r', 1))).toBe('stale')
      expect(await store.commit(commitOf('new', 0))).toBe('stale')
      expect(await store.markRelayed([markOf('r', 1), markOf('other', 1)])).toEqual([false, true])
      await expect(store.read('r', 0)).rejects.toMatchObject({ code: 'STORE_BEHIND' })
      expect(await store.read('other', 0)).toMatchObject({ version: 1 })
      for (const runId of ['r', 'new']) await recovery.restore('two', restoredRun(runId, 2))
      await keepAll(store, [commitOf('r', 2), commitOf('new', 2)])
    })

    it('names runs that are held to whoever looks for what needs attention, until they are restored', async () => {
      const { recovery, store } = await build()
      const run = restoredRun('e', 2, { ...ended('e'), relayed: 2, dueAtMs: Number.POSITIVE_INFINITY })
      await rebuild(recovery, 'one', run)
      expect(await store.needingAttention(0, 0)).toEqual([])
      await recovery.begin('two', 'a', true)
      await recovery.hold('two', ['e'])
      expect(await store.needingAttention(0, 0)).toEqual(['e'])
      await recovery.restore('two', run)
      expect(await store.needingAttention(0, 0)).toEqual([])
    })
  })
}

function restorePromises(build: Build): void {
  const begun = async () => {
    const scene = await build()
    await scene.lose()
    await scene.recovery.begin('one', 'a', false)
    await scene.recovery.hold('one', ['r'])
    return scene
  }

  describe('restore', () => {
    it('puts all of a run in place: commits, mark, due time, summary, and its place in the lists', async () => {
      const { recovery, store, clock } = await begun()
      const run = restoredRun('r', 3, { relayed: 1, dueAtMs: 20_000 })
      expect(await recovery.restore('one', run)).toBe('restored')
      expect(await store.read('r', 0)).toEqual({
        ...{ version: 3, last: idOf(3), relayed: 1 },
        records: [1, 2, 3].map(recordOf),
      })
      expect(await store.summary('r')).toEqual(summaryOf('r'))
      expect(await store.list({ limit: 5, state: 'running' })).toEqual([summaryOf('r')])
      expect(await store.needingAttention(20_000, 0)).toEqual(['r'])
      clock.atMs = 15_000
      expect(await store.needingAttention(15_000, clock.atMs)).toEqual(['r'])
    })

    it('puts a run in the place of whatever was there of it', async () => {
      const { recovery, store } = await build()
      await rebuild(recovery, 'one')
      const other = (version: number) => JSON.stringify({ id: `other-${version}` })
      await keepAll(store, [
        commitOf('r', 0),
        commitOf('r', 1, { id: 'other-2', record: other(2) }),
        commitOf('r', 2, { id: 'other-3', prev: 'other-2', record: other(3) }),
      ])
      await rebuild(recovery, 'two', restoredRun('r', 2))
      expect(await store.read('r', 0)).toMatchObject({ version: 2, records: [recordOf(1), recordOf(2)] })
      expect(await store.commit(commitOf('r', 3, { prev: 'other-3' }))).toBe('stale')
      expect(await store.markRelayed([markOf('r', 2, 'other-2')])).toEqual([false])
    })

    it('may be repeated, also after the run went on', async () => {
      const { recovery, store } = await begun()
      for (let time = 0; time < 2; time++) {
        expect(await recovery.restore('one', restoredRun('r', 2))).toBe('restored')
      }
      await keepAll(store, [commitOf('r', 2)])
      expect(await recovery.restore('one', restoredRun('r', 2))).toBe('restored')
      expect((await store.read('r', 0))?.version).toBe(3)
    })

    it('changes nothing of a run that is not held for it, or no longer', async () => {
      const { recovery, store, lose } = await begun()
      expect(await recovery.restore('one', restoredRun('other', 2))).toBe('superseded')
      await recovery.hold('two', ['r'])
      expect(await recovery.restore('one', restoredRun('r', 2))).toBe('superseded')
      expect(await recovery.restore('two', restoredRun('r', 3))).toBe('restored')
      const other = { id: 'other', records: [recordOf(1), '{"id":"other"}'] }
      expect(await recovery.restore('one', restoredRun('r', 2, other))).toBe('superseded')
      expect((await store.read('r', 0))?.version).toBe(3)
      await recovery.hold('two', ['r'])
      await lose()
      expect(await recovery.restore('two', restoredRun('r', 3))).toBe('superseded')
      expect(await store.read('r', 0)).toBeUndefined()
    })

    it('takes a run that has ended without its being held, unless the store has it', async () => {
      const { recovery, store, restart } = await build()
      await rebuild(recovery, 'one')
      const run = restoredRun('e', 2, ended('e'))
      expect(await recovery.has(run)).toBe('absent')
      expect(await recovery.restore('one', run)).toBe('restored')
      expect(await recovery.has(run)).toBe('there')
      expect(await recovery.has({ ...run, id: 'other' })).toBe('other')
      expect(await recovery.has({ ...run, version: 3, id: idOf(3) })).toBe('other')
      expect(await recovery.has({ ...run, version: 1, id: idOf(1) })).toBe('other')
      expect(await store.list({ limit: 5 })).toMatchObject([{ runId: 'e', state: 'succeeded' }])
      await restart()
      expect(await recovery.has(run)).toBe('there')
      expect(await store.read('e', 0)).toMatchObject({ version: 2, records: [recordOf(1), recordOf(2)] })
    })

    it('lets nobody who looks for a run that has ended take it from the rebuild that holds it', async () => {
      const { recovery, store } = await build()
      const run = restoredRun('e', 2, ended('e'))
      await rebuild(recovery, 'one', run)
      await recovery.hold('two', ['e'])
      expect(await recovery.has(run)).toBe('other')
      expect(await recovery.restore('two', restoredRun('e', 3, ended('e')))).toBe('restored')
      expect((await store.read('e', 0))?.version).toBe(3)
    })

    it('takes back nothing of a run that has ended and is here, nor of one that another rebuild holds', async () => {
      const { recovery, store, restart } = await build()
      await rebuild(recovery, 'one')
      expect(await recovery.restore('one', restoredRun('e', 2, ended('e')))).toBe('restored')
      const other = { id: 'other', records: [recordOf(1), '{"id":"other"}'] }
      expect(await recovery.restore('one', restoredRun('e', 2, { ...ended('e'), ...other }))).toBe('restored')
      expect(await store.read('e', 0)).toMatchObject({ last: idOf(2) })
      await restart()
      await recovery.hold('two', ['e'])
      expect(await recovery.restore('one', restoredRun('e', 3, ended('e')))).toBe('superseded')
      expect(await recovery.restore('two', restoredRun('e', 3, ended('e')))).toBe('restored')
      expect(await store.read('e', 0)).toMatchObject({ version: 3 })
    })

    it('takes a run that nobody has opened: it is in no list, and is opened behind what is there', async () => {
      const { recovery, store } = await begun()
      await recovery.restore('one', restoredRun('r', 1, { summary: undefined }))
      await recovery.finish('one')
      expect(await store.summary('r')).toBeUndefined()
      expect(await store.list({ limit: 5 })).toEqual([])
      expect(await store.needingAttention(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)).toEqual([])
      expect(await store.commit(commitOf('r', 0, { id: 'x', record: '{"id":"x"}' }))).toBe('stale')
      await keepAll(store, [commitOf('r', 1)])
      expect(await store.list({ limit: 5 })).toEqual([summaryOf('r')])
    })

    it('takes a run of many and large commits', async () => {
      const { recovery, store } = await begun()
      const filling = 'x'.repeat(100_000)
      const records = Array.from({ length: 1_500 }, (_, index) =>
        JSON.stringify({ id: idOf(index + 1), filling: index % 50 === 0 ? filling : '' }),
      )
      await recovery.restore('one', restoredRun('r', records.length, { records }))
      const stored = await store.read('r', 0)
      expect(stored).toMatchObject({ version: 1_500, last: idOf(1_500) })
      expect(stored?.records).toEqual(records)
    })

    it('is never seen half done', async () => {
      const { recovery, store } = await begun()
      const run = restoredRun('r', 1_000)
      let isOver = false
      const restoring = recovery.restore('one', run).then(() => {
        isOver = true
      })
      const seen: (StoredRun | string | undefined)[] = []
      while (!isOver) seen.push(await store.read('r', 0).catch((error) => error.code))
      await restoring
      seen.push(await store.read('r', 0))
      for (const one of seen.slice(0, -1)) expect(['STORE_BEHIND', 1_000]).toContain(versionOf(one))
      expect(versionOf(seen.at(-1))).toBe(1_000)
    })
  })
}

function versionOf(seen: StoredRun | string | undefined): unknown {
  return typeof seen === 'object' ? seen.records.length : seen
}
