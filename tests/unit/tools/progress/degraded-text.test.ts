// The words for what an object goes on without.

import { expect, it } from 'vitest'
import type { Degradation } from '../../../../shared/events/degradation.ts'
import { degradedText } from '../../../../tools/progress/degraded-text.ts'

function textOf(...degraded: readonly Degradation[]): string {
  const entries = degraded.map((entry) => ({ ...entry }))
  return degradedText({ type: 'object-ready', at_ms: 0, run_id: 'r', object_id: '2001', degraded: entries })
}

function without(parent: string): Degradation {
  return { parent, child: '2001', reason: 'failed' }
}

it('says nothing of an object that has all its inputs', () => {
  expect(textOf()).toBe('')
  expect(degradedText({ type: 'object-ready', at_ms: 0, run_id: 'r' })).toBe('')
})

it('tells an input that is missing from one that is old', () => {
  expect(textOf(without('1001'), { ...without('1002'), loaded_at_ms: 1 })).toBe(
    ', without 1001, with an old load of 1002',
  )
})

it('tells what the object lacks from what one above it lacked, and names that once', () => {
  const above = { ...without('1001'), child: '1500' }
  const inherited = ' (1500 above it went on without 1001)'
  expect(textOf(above, above)).toBe(inherited)
  expect(textOf(above, without('1002'))).toBe(`, without 1002${inherited}`)
})

it('counts what is more than three', () => {
  const many = ['1001', '1002', '1003', '1004', '1005'].map(without)
  expect(textOf(...many)).toBe(', without 1001, without 1002, without 1003 and 2 more')
})
