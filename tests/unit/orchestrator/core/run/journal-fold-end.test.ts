// Whether a run of the journal goes on: its last end or reopening says so, whatever else was said after it.

import { expect, it } from 'vitest'
import { printCommit } from '../../../../../orchestrator/core/run/commit-record.ts'
import { JournalFold } from '../../../../../orchestrator/core/run/journal-fold.ts'
import type { RunFact } from '../../../../../orchestrator/core/run/run-fact.ts'
import type { RunInput } from '../../../../../orchestrator/core/run/run-input.ts'
import { chained } from '../../../../support/chained.ts'
import { planOf } from '../../../../support/plan-of.ts'
import { cancel, dispatch, given, loaded, open } from '../../../../support/run-spec.ts'

const plan = planOf({ a: [], b: ['a'] })

/** What the journal knows of a run to which this happens, one commit each. */
function journalled(...inputs: readonly RunInput[]) {
  const fold = new JournalFold()
  inputs.forEach((input, before) => {
    const facts: readonly RunFact[] = given(plan, ...inputs.slice(0, before)).when(input).facts
    fold.take(printCommit(chained('run-1', before + 1, 1, facts)))
  })
  return fold.run('run-1')
}

const retry: RunInput = { kind: 'retry', objectId: 'a', by: 'ada' }

it('ends by its end, also when a late result was said after it', () => {
  expect(journalled(open(), dispatch)?.hasEnded).toBe(false)
  expect(journalled(open(), dispatch, cancel)?.hasEnded).toBe(true)
  expect(journalled(open(), dispatch, cancel, loaded('a', 1))?.hasEnded).toBe(true)
})

it('goes on when it was reopened, and ends by its next end', () => {
  expect(journalled(open(), dispatch, cancel, retry)?.hasEnded).toBe(false)
  expect(journalled(open(), dispatch, cancel, retry, cancel)?.hasEnded).toBe(true)
})
