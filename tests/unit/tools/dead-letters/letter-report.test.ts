// A dead letter as people read it: what became of it, and which letters came before and after.

import { expect, it } from 'vitest'
import type { DeadLetterDetail } from '../../../../shared/api/dead-letter-resource.ts'
import { showLetter } from '../../../../tools/dead-letters/letter-report.ts'
import { processTerminal } from '../../../../tools/terminal.ts'

const object: DeadLetterDetail = {
  ...{
    id: '0.3',
    kind: 'object',
    state: 'open',
    category: 'loader',
    code: 'LOADER_FAILED',
    message: 'locked',
  },
  ...{ attempts: 2, first_at: null, last_at: null, run_id: 'r', object_id: '1001', zone: '1-Raw' },
  ...{ tenant: 'default', workflow: null, source: null, retry_of: null, retried_as: null, resolved: null },
  ...{ stack: null, event: {} },
}
const source = { topic: 'loaded', partition: 2, offset: '11' }
const record = { ...object, kind: 'record', object_id: null, run_id: null, source } as const

const rerun = { by: 'ada', reason: null, at: '2026-11-21T05:00:00.000Z', rerun: 'r2' }
const reloaded = { ...object, state: 'reloaded', resolved: rerun }

function shown(letter: DeadLetterDetail): readonly string[] {
  const lines: string[] = []
  showLetter({ ...processTerminal(), result: (line) => lines.push(line) }, letter)
  return lines
}

it.each([
  ['of an object', object, 'tries     2'],
  ['of one tried again', { ...object, retry_of: '0.1' }, 'tries     2 in its run, also before the retry'],
  [
    'of one tried again',
    { ...object, retry_of: '0.1' },
    'retry of  0.1: it was tried again, and failed again',
  ],
  [
    'of a record sent again',
    { ...record, retry_of: '0.1' },
    'retry of  0.1: it was sent again, and came back',
  ],
  ['of a record sent again', { ...record, retry_of: '0.1' }, 'tries     2'],
  ['nobody knows by whom', { ...object, state: 'retried' }, 'state     retried: nothing says by whom'],
  ['a rerun has loaded it', reloaded, 'state     reloaded by ada in run r2 at 2026-11-21 05:00:00 UTC'],
  ['that is open', object, 'state     open: millefeuille dlq retry 0.3, or dlq discard 0.3'],
])('a letter %s says so: %#', (_, letter, line) => {
  expect(shown(letter)).toContain(line)
})

it('says last which letter came of the retry', () => {
  expect(shown({ ...object, retried_as: '0.7' }).at(-1)).toBe(
    'then      it failed again: millefeuille dlq show 0.7',
  )
  expect(shown({ ...record, retried_as: '0.7' }).at(-1)).toBe(
    'then      it came back: millefeuille dlq show 0.7',
  )
})
