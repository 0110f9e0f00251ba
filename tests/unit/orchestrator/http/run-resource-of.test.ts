// A run of the store as the API shows it: also one that was kept by a release which told less.

import { expect, it } from 'vitest'
import { pausedRuns, runPage } from '../../../../orchestrator/http/run-page.ts'
import { runResourceOf } from '../../../../orchestrator/http/run-resource-of.ts'
import type { RunQuery, RunSummary } from '../../../../orchestrator/ports/run-store.ts'

const counts = { waiting: 1, ready: 0, loaded: 0, failed: 0, blocked: 0, reused: 0, cancelled: 0 }
const kept: RunSummary = {
  ...{ runId: 'r', state: 'running', tenant: 'default', workflow: null, businessDate: null, plan: 'p' },
  ...{ objects: 1, openedAtMs: 5, endedAtMs: null, isPaused: true, rerunOf: 'first', counts },
}

it('does not know who paused a run, or wanted a rerun, where that was not kept', () => {
  const unknown = { paused_by: null, pause_reason: null, rerun_by: null, rerun_reason: null }
  expect(runResourceOf(kept)).toMatchObject({ paused: true, rerun_of: 'first', ...unknown })
})

it('knows both where it was kept, with the reason or without', () => {
  const hands = { paused: { by: 'ada' }, rerun: { by: 'bob', reason: 'mended' } }
  expect(runResourceOf({ ...kept, ...hands })).toMatchObject({
    ...{ paused_by: 'ada', pause_reason: null, rerun_by: 'bob', rerun_reason: 'mended' },
  })
})

it('lists paused runs page by page, whatever runs between them', async () => {
  const runs = [6, 5, 4, 3].map((openedAtMs) => ({ ...kept, openedAtMs, isPaused: openedAtMs % 2 === 0 }))
  const list = async ({ openedBeforeMs = Number.POSITIVE_INFINITY, limit }: RunQuery) =>
    runs.filter((run) => run.openedAtMs < openedBeforeMs).slice(0, limit)
  const paused = pausedRuns({ list })
  const first = await runPage(paused, { limit: 1 })
  expect([first.runs.map(({ openedAtMs }) => openedAtMs), first.nextBeforeMs]).toEqual([[6], 6])
  const second = await runPage(paused, { limit: 1, openedBeforeMs: 6 })
  expect([second.runs.map(({ openedAtMs }) => openedAtMs), second.nextBeforeMs]).toEqual([[4], undefined])
})
