// What every RunStore promises, whatever it stands on.

import { describe, expect, it } from 'vitest'
import type { RunStore } from '../../orchestrator/ports/run-store.ts'
import { commitOf, endingOf, idOf, keepAll, markOf, recordOf, summaryOf } from './run-store-scene.ts'

export interface RunStoreWorld {
  /** A store of the house of that name: what one of them keeps the others of the house see, and no other house. */
  open(house: string, nowMs: () => number): RunStore
}

export function runStoreContract(open: () => RunStoreWorld): void {
  let houses = 0
  /** A house of its own for each test, on a clock that the test moves. */
  const build = () => {
    const clock = { atMs: 10_000 }
    const house = `house-${houses++}`
    const again = () => open().open(house, () => clock.atMs)
    return { clock, store: again(), again }
  }

  commitPromises(build)
  readPromises(build)
  relayPromises(build)
  attentionPromises(build)
  listPromises(build)
  planPromises(build)
  separationPromises(build)
}

type Build = () => {
  readonly clock: { atMs: number }
  readonly store: RunStore
  /** Another store of the same house, as another replica has one. */
  readonly again: () => RunStore
}

function commitPromises(build: Build): void {
  describe('commit', () => {
    it('keeps commits in their order', async () => {
      const { store } = build()
      await keepAll(store, [commitOf('r', 0), commitOf('r', 1), commitOf('r', 2)])
      expect(await store.read('r', 0)).toEqual({
        version: 3,
        last: idOf(3),
        relayed: 0,
        records: [1, 2, 3].map(recordOf),
      })
    })

    it('keeps the very same commit once when it comes again because its reply was lost', async () => {
      const { store } = build()
      await keepAll(store, [commitOf('r', 0), commitOf('r', 0), commitOf('r', 1), commitOf('r', 1)])
      expect((await store.read('r', 0))?.version).toBe(2)
    })

    it('refuses another decision on a version that has been decided on', async () => {
      const { store } = build()
      await keepAll(store, [commitOf('r', 0)])
      expect(await store.commit(commitOf('r', 0, { record: '{"other":true}' }))).toBe('stale')
      expect((await store.read('r', 0))?.records).toEqual([recordOf(1)])
    })

    it('refuses a repeated commit on which others have been built', async () => {
      const { store } = build()
      await keepAll(store, [commitOf('r', 0), commitOf('r', 1)])
      expect(await store.commit(commitOf('r', 0))).toBe('stale')
    })

    it('refuses a commit on versions that are not there', async () => {
      const { store } = build()
      expect(await store.commit(commitOf('r', 4))).toBe('stale')
      expect(await store.read('r', 0)).toBeUndefined()
    })

    it('refuses a commit that was decided on another commit of the same number', async () => {
      const { store } = build()
      await keepAll(store, [commitOf('r', 0), commitOf('r', 1)])
      for (const prev of ['lost', undefined, idOf(1)]) {
        expect(await store.commit(commitOf('r', 2, { prev }))).toBe('stale')
      }
      expect(await store.commit(commitOf('s', 0, { prev: 'lost' }))).toBe('stale')
      expect(await store.read('s', 0)).toBeUndefined()
      await keepAll(store, [commitOf('r', 2)])
    })

    it('changes nothing of the run when it refuses', async () => {
      const { store } = build()
      await keepAll(store, [commitOf('r', 0)])
      const late = commitOf('r', 0, { record: 'x', dueAtMs: 1, summary: summaryOf('r', { objects: 99 }) })
      await store.commit(late)
      expect(await store.summary('r')).toEqual(summaryOf('r'))
      expect(await store.needingAttention(5_000, 0)).toEqual([])
    })

    it('keeps exactly one of many decisions made at once on one version', async () => {
      const { store, again } = build()
      const replicas = [store, again(), again()]
      for (let version = 0; version < 5; version++) {
        const outcomes = await Promise.all(
          replicas.map((replica, index) => replica.commit(commitOf('r', version, { record: `by ${index}` }))),
        )
        expect(outcomes.filter((outcome) => outcome === 'kept')).toHaveLength(1)
        const records = (await store.read('r', version))?.records
        expect(records).toEqual([`by ${outcomes.indexOf('kept')}`])
      }
    })

    it('keeps records of a megabyte and of any characters', async () => {
      const { store } = build()
      const records = ['x'.repeat(1_000_000), 'é\u0000\n\r\n"\\ 漢字 🥐', '']
      await keepAll(
        store,
        records.map((record, basedOn) => commitOf('r', basedOn, { record })),
      )
      expect((await store.read('r', 0))?.records).toEqual(records)
    })

    it('takes failures of objects with any id', async () => {
      const { store } = build()
      const failures = [
        { objectId: '2001', count: 1 },
        { objectId: 'clés {à} part', count: 2 },
      ]
      await keepAll(store, [commitOf('r', 0, { failures }), commitOf('r', 0, { failures })])
      expect((await store.read('r', 0))?.version).toBe(1)
    })
  })
}

function readPromises(build: Build): void {
  describe('read', () => {
    it('knows nothing of a run that was never opened', async () => {
      const { store } = build()
      expect(await store.read('nobody', 0)).toBeUndefined()
      expect(await store.summary('nobody')).toBeUndefined()
    })

    it('gives only what came after the commits the caller has', async () => {
      const { store } = build()
      await keepAll(store, [commitOf('r', 0), commitOf('r', 1), commitOf('r', 2)])
      expect(await store.read('r', 2)).toEqual({
        version: 3,
        last: idOf(3),
        relayed: 0,
        records: [recordOf(3)],
      })
      expect(await store.read('r', 3)).toEqual({ version: 3, last: idOf(3), relayed: 0, records: [] })
    })

    it('tells a caller who is ahead how many commits there are', async () => {
      const { store } = build()
      await keepAll(store, [commitOf('r', 0)])
      expect(await store.read('r', 7)).toEqual({ version: 1, last: idOf(1), relayed: 0, records: [] })
    })

    it('gives every one of many commits, in order', async () => {
      const { store } = build()
      const commits = Array.from({ length: 700 }, (_, basedOn) => commitOf('r', basedOn))
      await keepAll(store, commits)
      const read = await store.read('r', 3)
      expect(read?.version).toBe(700)
      expect(read?.records).toEqual(commits.slice(3).map((commit) => commit.record))
    })
  })
}

function relayPromises(build: Build): void {
  describe('markRelayed', () => {
    const relayed = async (store: RunStore) => (await store.read('r', 0))?.relayed

    it('never goes back', async () => {
      const { store } = build()
      await keepAll(store, [commitOf('r', 0), commitOf('r', 1), commitOf('r', 2)])
      await store.markRelayed([markOf('r', 2)])
      await store.markRelayed([markOf('r', 1)])
      expect(await relayed(store)).toBe(2)
      await store.markRelayed([markOf('r', 3)])
      expect(await relayed(store)).toBe(3)
    })

    it('says nothing of commits that are not there yet', async () => {
      const { store } = build()
      await keepAll(store, [commitOf('r', 0)])
      expect(await store.markRelayed([markOf('r', 9)])).toEqual([false])
      await keepAll(store, [commitOf('r', 1)])
      expect(await relayed(store)).toBe(0)
    })

    it('says nothing of a run that has another commit there, be it the last or one before', async () => {
      const { store } = build()
      await keepAll(store, [commitOf('r', 0), commitOf('r', 1), commitOf('r', 2)])
      const marks = [markOf('r', 3, 'lost'), markOf('r', 2, 'lost'), markOf('r', 1)]
      expect(await store.markRelayed(marks)).toEqual([false, false, true])
      expect(await relayed(store)).toBe(1)
      expect(await store.markRelayed([markOf('r', 2)])).toEqual([true])
      expect(await relayed(store)).toBe(2)
    })

    it('ignores runs it does not know and takes the rest', async () => {
      const { store } = build()
      await keepAll(store, [commitOf('r', 0)])
      expect(await store.markRelayed([markOf('nobody', 1), markOf('r', 1)])).toEqual([false, true])
      expect(await relayed(store)).toBe(1)
      expect(await store.read('nobody', 0)).toBeUndefined()
      await store.markRelayed([])
    })
  })
}

function attentionPromises(build: Build): void {
  describe('needingAttention', () => {
    const isPublished = (store: RunStore, runId: string, version = 1) =>
      store.markRelayed([markOf(runId, version)])

    it('names a run whose due time has come, not before', async () => {
      const { store } = build()
      await keepAll(store, [commitOf('r', 0, { dueAtMs: 20_000 })])
      await isPublished(store, 'r')
      expect(await store.needingAttention(19_999, 0)).toEqual([])
      expect(await store.needingAttention(20_000, 0)).toEqual(['r'])
    })

    it('never names a run that is due at no time and published', async () => {
      const { store } = build()
      await keepAll(store, [commitOf('r', 0)])
      await isPublished(store, 'r')
      expect(await store.needingAttention(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)).toEqual([])
    })

    it('names a run whose last commit was kept long ago and never published', async () => {
      const { store } = build()
      await keepAll(store, [commitOf('r', 0)])
      expect(await store.needingAttention(0, 10_000)).toEqual([])
      expect(await store.needingAttention(0, 10_001)).toEqual(['r'])
    })

    it('counts the age of what is unpublished from the last commit', async () => {
      const { store, clock } = build()
      await keepAll(store, [commitOf('r', 0)])
      clock.atMs = 30_000
      await keepAll(store, [commitOf('r', 1)])
      await isPublished(store, 'r', 1)
      expect(await store.needingAttention(0, 30_000)).toEqual([])
      expect(await store.needingAttention(0, 30_001)).toEqual(['r'])
    })

    it('names a run that has ended until its end is published', async () => {
      const { store } = build()
      await keepAll(store, [commitOf('r', 0), endingOf('r', 1)])
      expect(await store.needingAttention(0, 50_000)).toEqual(['r'])
      await isPublished(store, 'r', 2)
      expect(await store.needingAttention(0, 50_000)).toEqual([])
      expect((await store.summary('r'))?.state).toBe('succeeded')
    })

    it('follows a due time that was postponed, unless the run has moved on', async () => {
      const { store } = build()
      await keepAll(store, [commitOf('r', 0, { dueAtMs: 20_000 })])
      await isPublished(store, 'r')
      await store.postpone('r', 1, 30_000)
      expect(await store.needingAttention(29_999, 0)).toEqual([])
      await store.postpone('r', 0, 1)
      await store.postpone('r', 2, 1)
      expect(await store.needingAttention(29_999, 0)).toEqual([])
      await store.postpone('r', 1, Number.POSITIVE_INFINITY)
      expect(await store.needingAttention(Number.MAX_SAFE_INTEGER, 0)).toEqual([])
    })

    it('opens no run by postponing one that is not there', async () => {
      const { store } = build()
      await store.postpone('nobody', 0, 1)
      expect(await store.read('nobody', 0)).toBeUndefined()
      expect(await store.needingAttention(50_000, 50_000)).toEqual([])
    })

    it('names what another replica left behind, and all of it', async () => {
      const { store, again } = build()
      const runIds = Array.from({ length: 600 }, (_, index) => `run ${index}`)
      await Promise.all(runIds.map((runId) => store.commit(commitOf(runId, 0, { dueAtMs: 1 }))))
      expect([...(await again().needingAttention(1, 0))].sort()).toEqual(runIds.sort())
    })
  })
}

function listPromises(build: Build): void {
  describe('list', () => {
    const filled = async () => {
      const { store } = build()
      await keepAll(store, [
        commitOf('old', 0, { summary: summaryOf('old', { openedAtMs: 100 }) }),
        endingOf('new', 0, { openedAtMs: 300 }),
        endingOf('twin b', 0, { openedAtMs: 200, state: 'failed' }),
        commitOf('twin a', 0, { summary: summaryOf('twin a', { openedAtMs: 200 }) }),
      ])
      return store
    }
    const ids = async (store: RunStore, query: Parameters<RunStore['list']>[0]) =>
      (await store.list(query)).map((summary) => summary.runId)

    it('gives the newest first, those of one instant always in one order', async () => {
      expect(await ids(await filled(), { limit: 10 })).toEqual(['new', 'twin b', 'twin a', 'old'])
    })

    it('gives no more than asked for', async () => {
      const store = await filled()
      expect(await ids(store, { limit: 2 })).toEqual(['new', 'twin b'])
      expect(await ids(store, { limit: 0 })).toEqual([])
    })

    it('gives runs opened before an instant, for the next page', async () => {
      expect(await ids(await filled(), { limit: 10, openedBeforeMs: 200 })).toEqual(['old'])
    })

    it('gives runs of one state, however many others there are', async () => {
      const store = await filled()
      expect(await ids(store, { limit: 10, state: 'running' })).toEqual(['twin a', 'old'])
      expect(await ids(store, { limit: 1, state: 'running' })).toEqual(['twin a'])
      expect(await ids(store, { limit: 1, state: 'failed' })).toEqual(['twin b'])
      expect(await ids(store, { limit: 9, state: 'timed-out' })).toEqual([])
      expect(await ids(store, { limit: 9, state: 'running', openedBeforeMs: 200 })).toEqual(['old'])
    })

    it('shows each run as its last commit left it', async () => {
      const { store } = build()
      await keepAll(store, [commitOf('r', 0), endingOf('r', 1)])
      expect(await store.list({ limit: 5 })).toEqual([endingOf('r', 1).summary])
      expect(await store.summary('r')).toEqual(endingOf('r', 1).summary)
      expect(await store.list({ limit: 5, state: 'running' })).toEqual([])
    })

    it('lists a run by the opening that was kept, not by one that came too late', async () => {
      const { store } = build()
      await keepAll(store, [
        commitOf('first', 0, { summary: summaryOf('first', { openedAtMs: 100 }) }),
        commitOf('second', 0, { summary: summaryOf('second', { openedAtMs: 200 }) }),
      ])
      const late = commitOf('first', 0, { record: 'x', summary: summaryOf('first', { openedAtMs: 900 }) })
      expect(await store.commit(late)).toBe('stale')
      expect(await ids(store, { limit: 1 })).toEqual(['second'])
      expect(await ids(store, { limit: 1, openedBeforeMs: 150 })).toEqual(['first'])
    })
  })
}

function planPromises(build: Build): void {
  describe('plans', () => {
    it('gives back the chunks of a plan, in order', async () => {
      const { store, again } = build()
      const chunks = Array.from({ length: 21 }, (_, index) => `chunk ${index} é`)
      await store.savePlan('hash', chunks)
      expect(await again().loadPlan('hash')).toEqual(chunks)
    })

    it('knows nothing of a plan that was never kept', async () => {
      const { store } = build()
      expect(await store.loadPlan('hash')).toBeUndefined()
    })

    it('changes nothing when the same plan is kept again, also at the same time', async () => {
      const { store, again } = build()
      const chunks = ['a', 'b'.repeat(900_000), 'c']
      await Promise.all([store.savePlan('hash', chunks), again().savePlan('hash', chunks)])
      await store.savePlan('hash', chunks)
      expect(await store.loadPlan('hash')).toEqual(chunks)
    })

    it('stays with the chunks it has when a later version of the house cuts them otherwise', async () => {
      const { store } = build()
      await store.savePlan('hash', ['ab', 'c'])
      await store.savePlan('hash', ['a', 'b', 'c'])
      expect(await store.loadPlan('hash')).toEqual(['ab', 'c'])
    })
  })
}

function separationPromises(build: Build): void {
  describe('names', () => {
    const oddIds = [
      'a b',
      '{',
      '}',
      '{}',
      '{a}',
      'a}{b',
      '%7B',
      'a%b',
      'é 漢字 🥐',
      'x:commits',
      'daily@2026-11-21',
      '',
    ]

    it('keeps runs apart whose ids are made of any characters', async () => {
      const { store } = build()
      for (const runId of oddIds) {
        const failures = [{ objectId: runId, count: 1 }]
        const commit = commitOf(runId, 0, { record: `record of ${runId}`, dueAtMs: 5, failures })
        expect(await store.commit(commit)).toBe('kept')
        await store.savePlan(runId, [`plan ${runId}`])
      }
      for (const runId of oddIds) {
        await store.markRelayed([markOf(runId, 1)])
        expect(await store.read(runId, 0)).toEqual({
          version: 1,
          last: idOf(1),
          relayed: 1,
          records: [`record of ${runId}`],
        })
        expect(await store.loadPlan(runId)).toEqual([`plan ${runId}`])
      }
      expect(new Set(await store.needingAttention(5, 0))).toEqual(new Set(oddIds))
      expect(await store.list({ limit: 100 })).toHaveLength(oddIds.length)
    })

    it('keeps two houses apart', async () => {
      const [here, there] = [build().store, build().store]
      await keepAll(here, [commitOf('r', 0, { dueAtMs: 1 })])
      await here.savePlan('hash', ['a'])
      expect(await there.read('r', 0)).toBeUndefined()
      expect(await there.loadPlan('hash')).toBeUndefined()
      expect(await there.list({ limit: 5 })).toEqual([])
      expect(await there.needingAttention(5, 5)).toEqual([])
    })

    it('answers that it is there', async () => {
      await expect(build().store.ping()).resolves.toBeUndefined()
    })
  })
}
