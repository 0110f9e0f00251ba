// The oracle's file keeps the order in which things were, of several writers, and passes over nothing.

import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readWitness, Witness } from '../../../../bench/chaos/oracle/witness.ts'

describe('the witness', () => {
  let folder: string
  let file: string
  let witness: Witness

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millefeuille-witness-'))
    file = join(folder, 'witness')
    witness = new Witness(file)
  })
  afterEach(() => {
    witness.close()
    rmSync(folder, { recursive: true })
  })

  it('gives back what loaders and the harness said, in order, with who said it', () => {
    const key = { runId: 'r', objectId: 'a', attempt: 2 }
    const harness = new Witness(file)
    witness.load('start', key)
    harness.strike('killed', 77)
    witness.load('end', key)
    harness.close()
    const { pid } = process
    expect(readWitness(file)).toMatchObject({
      unreadable: [],
      lines: [
        { what: 'start', pid, ...key },
        { what: 'killed', pid: 77 },
        { what: 'end', pid, ...key },
      ],
    })
  })

  it('does not pass over what it cannot read, and waits for the end of a line', () => {
    const wrong = [
      'start 1 2 r a',
      'start 1 2 r a x',
      'begin 1 2 r a 1',
      'killed 1 2 3',
      'end 0 2 r a 1',
      'end 1',
    ]
    appendFileSync(file, `${wrong.join('\n')}\nstart 1 2 r a`)
    expect(readWitness(file)).toEqual({ lines: [], unreadable: wrong })
  })
})
