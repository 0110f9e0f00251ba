// The category of a dead letter, from its last error.

import { expect, it } from 'vitest'
import { letterCategoryOf } from '../../../../../orchestrator/core/dlq/letter-category.ts'

it.each([
  ['LOADER_FAILED', true, 'loader'],
  ['MY_OWN_CODE', true, 'loader'],
  ['LOADER_REFUSED', false, 'refused'],
  ['RESULT_TOO_LARGE', false, 'refused'],
  ['ATTEMPT_TIMED_OUT', true, 'timed-out'],
  ['ATTEMPT_LOST', true, 'lost'],
] as const)('%s (retryable: %s) is %s', (code, retryable, category) => {
  expect(letterCategoryOf({ code, retryable })).toBe(category)
})
