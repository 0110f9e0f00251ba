// The checker of poison notices a record that nobody can read and nobody has buried.

import { expect, it } from 'vitest'
import { poisonIsBuried } from '../../../../../tools/simulator/checkers/poison-is-buried.ts'
import { storyOf } from '../../../../support/story-of.ts'

it('finds nothing where each is buried, be it twice', () => {
  expect(poisonIsBuried(storyOf({ poison: { sent: ['a', 'b'], buried: ['b', 'a', 'b'] } }))).toEqual([])
})

it('finds one that is not', () => {
  expect(poisonIsBuried(storyOf({ poison: { sent: ['a', 'b'], buried: ['b'] } }))).toEqual([
    { rule: 'poison is buried', text: 'a is not in the DLQ topic' },
  ])
})
