// The oracle of the kill test sees what must never happen: it could not be trusted otherwise.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LoadWitness, readWitness } from '../../support/load-oracle.ts'

const parents = new Map([
  ['a', []],
  ['b', ['a']],
  ['c', ['a', 'b']],
])

describe('the load oracle', () => {
  let folder: string
  let file: string
  let witness: LoadWitness

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millefeuille-oracle-'))
    file = join(folder, 'loads')
    witness = new LoadWitness(file)
  })
  afterEach(() => {
    witness.close()
    rmSync(folder, { recursive: true })
  })

  const tell = (...marks: string[]) => {
    for (const mark of marks) witness.mark(mark.endsWith('.') ? 'end' : 'start', mark.replace('.', ''))
    return readWitness(file, parents)
  }

  it('finds nothing in a run where each object began behind the end of its parents', () => {
    const report = tell('a', 'a.', 'b', 'b.', 'c', 'c.')
    expect(report).toEqual({
      loaded: new Set(['a', 'b', 'c']),
      early: [],
      starts: 3,
      ends: 3,
      unreadable: [],
    })
  })

  it('sees an object that began while a parent was still loading', () => {
    expect(tell('a', 'b', 'a.', 'b.').early).toEqual(['b began before a had ended'])
    expect(tell('c').early).toHaveLength(1)
  })

  it('sees every parent that is missing', () => {
    expect(tell('a', 'c').early).toEqual(['c began before a, b had ended'])
  })

  it('counts no load that never ended, and counts those that were done again', () => {
    const report = tell('a', 'a', 'a.', 'a', 'a.', 'b')
    expect(report).toMatchObject({ loaded: new Set(['a']), starts: 4, ends: 2, early: [] })
  })

  it('does not pass over what it cannot read', () => {
    const torn = new LoadWitness(file)
    torn.mark('start', 'a end a')
    torn.mark('end', 'stranger')
    torn.close()
    expect(tell('a').unreadable).toEqual(['start a end a', 'end stranger'])
  })

  it('keeps the lines of several processes apart', () => {
    const other = new LoadWitness(file)
    for (let index = 0; index < 1_000; index++) {
      witness.mark('start', 'a')
      other.mark('end', 'a')
    }
    other.close()
    expect(readWitness(file, parents)).toMatchObject({ starts: 1_000, ends: 1_000, unreadable: [] })
  })
})
