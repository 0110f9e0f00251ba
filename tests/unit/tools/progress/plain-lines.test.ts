// One line per change of state, for pipes and logs.

import { expect, it } from 'vitest'
import { plainLine } from '../../../../tools/progress/plain-lines.ts'
import { RunProgress } from '../../../../tools/progress/run-progress.ts'

const progress = new RunProgress([{ id: '1001', name: 'Projects', layer: 1000 }])
progress.apply({ type: 'run-opened', at_ms: 1_000, run_id: 'r' })

function retried(fields: object): string | undefined {
  const error = { code: 'TARGET_UNAVAILABLE', retryable: true, detail: 'its breaker is open' }
  const fact = { type: 'object-retry-scheduled', at_ms: 2_000, run_id: 'r', object_id: '1001', attempt: 2 }
  return plainLine({ ...fact, due_at_ms: 32_000, error, ...fields }, progress)
}

it('tells an attempt that failed from one that was not begun', () => {
  const said = 'TARGET_UNAVAILABLE its breaker is open; again in 30.0 s'
  expect(retried({})).toContain(`retry     1001 Projects: attempt 2 failed with ${said}`)
  expect(retried({ given_up: 'timed-out' })).toContain(`attempt 2 failed with ${said}`)
  expect(retried({ given_up: 'not-begun' })).toContain(`attempt 2 was not begun: ${said}`)
})

it('says of an attempt that a restart cut off, or that its worker left, that it was lost', () => {
  const error = {
    code: 'ATTEMPT_LOST',
    retryable: true,
    detail: 'the process that worked on it was restarted',
  }
  const said = 'ATTEMPT_LOST the process that worked on it was restarted; again in 30.0 s'
  expect(retried({ given_up: 'not-begun', error })).toContain(`attempt 2 was lost: ${said}`)
  expect(retried({ given_up: 'lost', error })).toContain(`attempt 2 was lost: ${said}`)
  expect(retried({ error })).toContain(`attempt 2 failed with ${said}`)
})
