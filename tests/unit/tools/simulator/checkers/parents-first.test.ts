// The checker of starts notices a load before its parents.

import { expect, it } from 'vitest'
import { startsAfterParents } from '../../../../../tools/simulator/checkers/parents-first.ts'
import { loadOf } from '../../../../support/story-of.ts'

it('finds nothing where every parent is loaded, or where there is none', () => {
  expect(startsAfterParents(loadOf('3000'), ['2001', '2002'], () => true)).toEqual([])
  expect(startsAfterParents(loadOf('1001'), [], () => false)).toEqual([])
})

it('finds each parent that is not loaded yet', () => {
  const violations = startsAfterParents(loadOf('3000'), ['2001', '2002'], (id) => id === '2001')
  expect(violations).toEqual([
    { rule: 'parents first', text: '3000 of r started on w before its parent 2002 was loaded' },
  ])
})
