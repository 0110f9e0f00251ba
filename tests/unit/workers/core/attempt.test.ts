// Two attempts never share a name.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attemptName } from '../../../../workers/core/attempt.ts'
import { seed } from '../../../support/wild-texts.ts'

const part = fc.string({ unit: fc.constantFrom('/', '1', 'a', '}'), maxLength: 4 })
const key = fc.record({ runId: part, objectId: part, attempt: fc.integer({ min: 1, max: 12 }) })

describe('attemptName', () => {
  it('is the same for the same attempt, and different for different ones', () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        const same = a.runId === b.runId && a.objectId === b.objectId && a.attempt === b.attempt
        expect(attemptName(a) === attemptName(b)).toBe(same)
      }),
      { seed, numRuns: 2_000 },
    )
  })
})
