// Pages of objects that are longer than a page may be.

import { expect, it } from 'vitest'
import { noNotes } from '../../../../orchestrator/core/run/object-notes.ts'
import { Run } from '../../../../orchestrator/core/run/run.ts'
import { objectListOf } from '../../../../orchestrator/http/object-list-of.ts'
import { planOf } from '../../../support/plan-of.ts'

it('an object that is longer than a page has one of its own', () => {
  const run = new Run('r', planOf({ a: [], b: [], c: [] }))
  const missing = { parent: 'p'.repeat(256), child: 'c'.repeat(256), reason: 'skipped' } as const
  for (const index of [0, 1]) {
    run.setState(index, 'loaded')
    run.setNotes(index, { ...noNotes, degraded: Array.from({ length: 2_000 }, () => missing) })
  }
  const pages = [undefined, 'a', 'b'].map((after) =>
    objectListOf(run, { isDegraded: false, state: undefined, isRetrying: false, after, limit: 10 }),
  )
  expect(pages.map(({ objects, next_after }) => [objects.map((one) => one.object_id), next_after])).toEqual([
    [['a'], 'a'],
    [['b'], 'b'],
    [['c'], null],
  ])
})
