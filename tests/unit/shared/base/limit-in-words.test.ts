// Limits are said exactly, as they may have been set.

import { expect, it } from 'vitest'
import { limitInWords } from '../../../../shared/base/limit-in-words.ts'

it.each([
  [2 * 86_400_000, '2 d'],
  [36 * 3_600_000, '36 h'],
  [90 * 60_000, '90 min'],
  [30_000, '30 s'],
  [1_500, '1.5 s'],
  [0, '0 s'],
])('says %d ms as %s', (ms, words) => {
  expect(limitInWords(ms)).toBe(words)
})
