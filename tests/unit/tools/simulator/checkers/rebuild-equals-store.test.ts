// The checker of rebuilds notices a journal from which something else would come.

import { expect, it } from 'vitest'
import { planChunks } from '../../../../../orchestrator/core/graph/plan-chunks.ts'
import { printCommit } from '../../../../../orchestrator/core/run/commit-record.ts'
import { planRecords } from '../../../../../orchestrator/core/run/journal.ts'
import { Run } from '../../../../../orchestrator/core/run/run.ts'
import { summaryOf } from '../../../../../orchestrator/core/run/summary.ts'
import { rebuildEqualsStore } from '../../../../../tools/simulator/checkers/rebuild-equals-store.ts'
import { commitsOf, loaded, opened, ready, storyOf } from '../../../../support/story-of.ts'

const good = storyOf({ commits: commitsOf([opened, ready('1001')], [loaded('1001')]) })
const plan = good.plans.get('r')
if (plan === undefined) throw new Error('the story has a plan')
const chunks = planRecords(
  { runId: 'r', hash: plan.hash, chunks: planChunks(plan, 9_999), atMs: 0 },
  'journal',
)
const records = good.commits.map(printCommit)
const values = [...chunks.map(({ value }) => String(value)), ...records]
const fresh = new Run('r', plan)
const counts = { ...fresh.head.counts, waiting: 1, loaded: 1 }
const summaries = [{ ...summaryOf(fresh, fresh.head), counts }]
const look = (journalValues: readonly string[], changes: object = {}) =>
  rebuildEqualsStore({ ...good, summaries, journalValues, ...changes })

it('finds nothing where the journal has plan and commits, be it twice', () => {
  expect(look(values)).toEqual([])
  expect(look([...values, ...values])).toEqual([])
})

it.each<[string, readonly string[], object, string]>([
  ['is not there', [], {}, 'is not in the journal'],
  ['has no plan', records, {}, 'lacks the plan'],
  ['is shorter', values.slice(0, -1), {}, 'would be rebuilt'],
  ['speaks of a stranger', values.map((value) => value.replaceAll('"1001"', '"stranger"')), {}, ''],
  [
    'leads to another state',
    values,
    { summaries: [{ ...summaryOf(fresh, fresh.head) }] },
    'would be rebuilt as',
  ],
])('finds a journal that %s', (_, journalValues, changes, text) => {
  const violations = look(journalValues, changes)
  expect(violations).toMatchObject([{ rule: 'rebuild equals store', text: expect.stringContaining(text) }])
})
