// Every planted bug fits into the code of today, in one place, and says something of its own.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { planted } from '../../../../tools/simulator/plants/plant.ts'
import { plants } from '../../../../tools/simulator/plants/plants.ts'

const root = join(import.meta.dirname, '../../../..')

it.each(plants)('the plant "$name" fits', (plant) => {
  const text = readFileSync(join(root, plant.file), 'utf8')
  expect(planted(plant, text)).not.toBe(text)
})

it('there are more than twenty, and no two have one name', () => {
  expect(plants.length).toBeGreaterThanOrEqual(20)
  expect(new Set(plants.map(({ name }) => name)).size).toBe(plants.length)
})

it('a plant that fits nowhere, or twice, is refused', () => {
  const plant = { name: 'x', file: 'a.ts', find: 'b', replace: '$&c', why: '' }
  expect(planted(plant, 'abc')).toBe('a$&cc')
  expect(() => planted(plant, 'ac')).toThrow('fits in 0 places of a.ts')
  expect(() => planted(plant, 'abb')).toThrow('fits in 2 places of a.ts')
})
