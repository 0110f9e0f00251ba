// After a start, attempts that were out are lost, and a run that cannot be read holds up no other.

import { expect, it } from 'vitest'
import { definePlanOfObjects } from '../../../../orchestrator/core/graph/define-plan.ts'
import { planChunks } from '../../../../orchestrator/core/graph/plan-chunks.ts'
import { printCommit } from '../../../../orchestrator/core/run/commit-record.ts'
import type { RunInput } from '../../../../orchestrator/core/run/run-input.ts'
import { defaultRunPolicy } from '../../../../orchestrator/core/run/run-policy.ts'
import type { RunSummary } from '../../../../orchestrator/ports/run-store.ts'
import { CutOffAttempts } from '../../../../orchestrator/services/cut-off-attempts.ts'
import type { Work } from '../../../../orchestrator/services/live-runs.ts'
import { recordingLogger } from '../../../support/recording-logger.ts'

it('gives up exactly what is out, and looks at each run', async () => {
  const objects = [{ id: 1001 }, { id: 1002 }, { id: 2001, parents: [1001] }]
  const planned = definePlanOfObjects({ objects, selection: { all: true } })
  if (!planned.ok) throw new Error(planned.reason[0]?.message)
  const { plan } = planned.value
  const opened = { type: 'run-opened', plan: plan.hash, objects: 3, tenant: 't', policy: defaultRunPolicy }
  const record = printCommit({
    ...{ v: 1, id: '1', run_id: 'run', version: 1, at_ms: 1 },
    facts: [
      opened as never,
      { type: 'object-ready', object_id: '1001', attempt: 1 },
      { type: 'object-ready', object_id: '1002', attempt: 1 },
      { type: 'object-loaded', object_id: '1002', attempt: 1 },
    ],
  })
  const summaries = [
    { runId: 'broken', plan: 'gone', counts: { ready: 1 } },
    { runId: 'run', plan: plan.hash, counts: { ready: 1 } },
  ] as unknown as readonly RunSummary[]
  const submitted: (readonly [string, RunInput])[] = []
  const attended: string[] = []
  const logger = recordingLogger()
  await new CutOffAttempts({
    store: {
      list: async () => summaries,
      loadPlan: async (hash) => (hash === plan.hash ? planChunks(plan, 100_000) : undefined),
      read: async () => ({ version: 1, last: '1', relayed: 1, records: [record] }),
    },
    conductor: {
      submit: (runId: string, work: Work) => {
        submitted.push([runId, work.input])
        work.settle([])
      },
      attend: async (runId) => void attended.push(runId),
    },
    logger,
  }).giveUp()
  expect(logger.lines.filter(({ level }) => level === 'error').map(({ fields }) => fields)).toEqual([
    expect.objectContaining({ run_id: 'broken' }),
  ])
  expect(submitted).toEqual([['run', { kind: 'lost', objectId: '1001', attempt: 1, cause: 'restarted' }]])
  expect(attended).toEqual(['run'])
})
