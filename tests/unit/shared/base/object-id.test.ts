// Numbers and digit-only strings are the same id.

import { describe, expect, it } from 'vitest'
import { objectIdOf } from '../../../../shared/base/object-id.ts'

describe('an object id', () => {
  it.each([
    [1001, '1001'],
    ['1001', '1001'],
    [' 1001 ', '1001'],
    ['001001', '1001'],
    [0, '0'],
    ['0', '0'],
    ['000', '0'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
    ['90071992547409910', '90071992547409910'],
    ['customers', 'customers'],
    [' customers ', 'customers'],
    ['1001a', '1001a'],
    ['01-a', '01-a'],
    ['-1', '-1'],
    ['1.5', '1.5'],
    ['1e3', '1e3'],
  ])('of %j is %j', (value, id) => {
    expect(objectIdOf(value)).toBe(id)
  })

  it.each([
    [''],
    ['  '],
    [1.5],
    [-1],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    [2 ** 53],
    [null],
    [undefined],
    [true],
    [{}],
    [['1']],
  ])('is not made of %j', (value) => {
    expect(objectIdOf(value)).toBeUndefined()
  })
})
