// Nobody waits for all of a stranger's work, and nobody is overtaken by his own.

import { describe, expect, it } from 'vitest'
import { Turns } from '../../../../workers/services/turns.ts'

function all(turns: Turns<string>): readonly (string | undefined)[] {
  const seen = []
  while (turns.size > 0) seen.push(turns.shift())
  return seen
}

describe('turns', () => {
  it('go from owner to owner, and within one in the order in which items came', () => {
    const turns = new Turns<string>()
    for (const item of ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']) turns.push(item[0] ?? '', item)
    expect(turns.size).toBe(6)
    expect(all(turns)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3'])
    expect(turns.shift()).toBeUndefined()
  })

  it('let an owner who comes late wait for one item of each other owner, however many they have', () => {
    const turns = new Turns<string>()
    for (let index = 0; index < 1_000; index++) turns.push('stranger', `s${index}`)
    turns.shift()
    turns.push('late', 'l0')
    expect([turns.shift(), turns.shift()]).toEqual(['s1', 'l0'])
    turns.push('late', 'l1')
    expect([turns.shift(), turns.shift()]).toEqual(['s2', 'l1'])
    expect(turns.size).toBe(997)
  })

  it('are given up all at once, each item once', () => {
    const turns = new Turns<string>()
    for (const item of ['a1', 'a2', 'b1']) turns.push(item[0] ?? '', item)
    expect(turns.clear()).toEqual(['a1', 'b1', 'a2'])
    expect(turns.size).toBe(0)
    turns.push('a', 'a3')
    expect(all(turns)).toEqual(['a3'])
  })
})
