// The DLQ topic, read back: what is open, and what became of the rest, whatever is repeated.

import { describe, expect, it } from 'vitest'
import {
  answersFilter,
  type DeadLetterEntry,
  type LetterFilter,
} from '../../../../../orchestrator/core/dlq/dead-letter-entry.ts'
import { DeadLetterFold, mostResolved } from '../../../../../orchestrator/core/dlq/dead-letter-fold.ts'
import { objectResolution, recordResolution } from '../../../../../orchestrator/core/dlq/letter-resolution.ts'
import { deadLetter } from '../../../../../shared/events/dead-letter.ts'

type Parts = { readonly value: string | Buffer; readonly headers: Readonly<Record<string, string>> }

/** Entries of a topic of one partition that holds these records. */
function folded(...records: readonly Parts[]): readonly DeadLetterEntry[] {
  const fold = new DeadLetterFold()
  for (const [offset, { value, headers }] of records.entries())
    fold.take({ partition: 0, offset: String(offset), value: Buffer.from(value), headers })
  return [...fold.entries()]
}

const seen = (entries: readonly DeadLetterEntry[]) => entries.map(({ id, state }) => [id, state])

function letter(attempt: number, version: number, more: object = {}): Parts {
  const error = { code: 'LOADER_FAILED', retryable: true, detail: 'locked', stack: 'at read (a.ts:1:1)' }
  const json = { status: 'failed', id: '1001', run_id: 'r', zone: '1-Raw', attempt, version, error, ...more }
  return { value: JSON.stringify(json), headers: {} }
}

const resolved = (how: 'retried' | 'discarded' | 'skipped', version: number): Parts =>
  objectResolution('dlq', { runId: 'r', objectId: '1001' }, { resolved: how, by: 'ada', atMs: 5, version })

function poison(offset: string): Parts {
  const record = { topic: 'loaded', partition: 2, offset, key: 'k', value: Buffer.from('{'), headers: {} }
  const fault = { code: 'EVENT_UNREADABLE', message: 'not a JSON object' }
  return deadLetter('dlq', { ...record, timestampMs: 7_000 }, fault)
}

const poisonResolved = (offset: string): Parts =>
  recordResolution(
    'dlq',
    { source: { topic: 'loaded', partition: 2, offset }, key: 'k' },
    { resolved: 'retried', by: 'ada', atMs: 5 },
  )

describe('letters of objects', () => {
  it('say what went wrong, where, how often, and since when', () => {
    const more = { tenant: 'acme', workflow: 'daily', category: 'loader', first_at_ms: 1, last_at_ms: 2 }
    expect(folded(letter(3, 9, more))).toEqual([
      {
        ...{ id: '0.0', kind: 'object', state: 'open', category: 'loader', code: 'LOADER_FAILED' },
        ...{ message: 'locked', attempts: 3, version: 9, firstAtMs: 1, lastAtMs: 2, runId: 'r' },
        ...{ objectId: '1001', zone: '1-Raw', tenant: 'acme', workflow: 'daily' },
        ...{ source: undefined, retryOf: undefined, resolved: undefined },
      },
    ])
  })

  it('that are stored twice are one entry, under the id of the first', () => {
    expect(seen(folded(letter(1, 3), letter(1, 3)))).toEqual([['0.0', 'open']])
  })

  it('of a later failure take the place of the earlier one, and are open', () => {
    expect(seen(folded(letter(1, 3), resolved('retried', 4), letter(2, 6)))).toEqual([['0.2', 'open']])
  })

  it('are not closed by what became of an earlier failure and is stored once more', () => {
    const story = [letter(1, 3), resolved('retried', 4), letter(2, 6)]
    expect(seen(folded(...story, ...story))).toEqual([['0.2', 'open']])
  })

  it('are closed by what somebody did about them, the last of it counts', () => {
    const story = [letter(1, 3), resolved('discarded', 4), resolved('retried', 5)]
    const [entry] = folded(...story, resolved('discarded', 4))
    expect(entry).toMatchObject({ state: 'retried', resolved: { by: 'ada', atMs: 5, reason: undefined } })
  })

  it('stay open when what became of them is told in a form of a later release', () => {
    const { value } = resolved('skipped', 4)
    const later = { value: JSON.stringify({ ...JSON.parse(String(value)), v: 2 }), headers: {} }
    expect(seen(folded(letter(1, 3), later))).toEqual([['0.0', 'open']])
  })

  it('are closed also when what Redis lost was decided anew in fewer commits', () => {
    expect(seen(folded(letter(1, 9), letter(1, 6), resolved('skipped', 7)))).toEqual([['0.0', 'skipped']])
    expect(seen(folded(letter(1, 6), letter(1, 9), resolved('skipped', 7)))).toEqual([['0.0', 'skipped']])
  })

  it('of objects and runs with slashes in their names are told apart', () => {
    const entries = folded(letter(1, 1, { run_id: 'a/b', id: 'c' }), letter(1, 1, { run_id: 'a', id: 'b/c' }))
    expect(entries).toHaveLength(2)
  })

  it('of the releases before have less in them, and are read all the same', () => {
    const error = { code: 'ATTEMPT_TIMED_OUT', retryable: true, detail: 'late' }
    const [entry] = folded({
      value: JSON.stringify({
        event: 'ObjectFailed',
        status: 'failed',
        id: 7,
        run_id: 'r',
        attempt: 2,
        error,
      }),
      headers: {},
    })
    expect(entry).toMatchObject({ objectId: '7', category: 'timed-out', firstAtMs: undefined, version: 0 })
  })

  it('keep so much of a long message as a list can show', () => {
    const error = { code: 'X', detail: 'é'.repeat(9_000) }
    expect(folded(letter(1, 1, { error }))[0]?.message).toHaveLength(501)
  })

  it('that the topic holds no more are forgotten', () => {
    const fold = new DeadLetterFold()
    const { value, headers } = letter(1, 1)
    fold.take({ partition: 0, offset: '4', value: Buffer.from(value), headers })
    fold.forget('0.4')
    expect([fold.get('0.4'), ...fold.entries()]).toEqual([undefined])
  })
})

describe('letters that were dealt with', () => {
  const object = (objectId: string, version: number): readonly Parts[] => [
    letter(1, version, { id: objectId }),
    objectResolution(
      'dlq',
      { runId: 'r', objectId },
      { resolved: 'discarded', by: 'ada', atMs: 5, version: version + 1 },
    ),
  ]

  it('are kept up to a number, those that were dealt with first make room, and open ones never do', () => {
    const many = Array.from({ length: mostResolved }, (_, index) => object(`${index}`, 2)).flat()
    const again = object('0', 2)[1] as Parts
    const entries = folded(letter(1, 1, { id: 'open' }), ...many, again, ...object('new', 2))
    const names = new Set(entries.map(({ objectId }) => objectId))
    expect(entries).toHaveLength(mostResolved + 1)
    expect(['open', '0', '1', 'new'].map((name) => names.has(name))).toEqual([true, true, false, true])
  })

  it('that fail again are open, and are not counted with the others', () => {
    const many = Array.from({ length: mostResolved }, (_, index) => object(`${index}`, 2)).flat()
    const later = letter(2, 9, { id: '0' })
    const entries = folded(...many, later, ...object('new', 2), ...object('newer', 2))
    expect(entries.filter(({ state }) => state === 'open')).toMatchObject([{ objectId: '0' }])
    expect(entries).toHaveLength(mostResolved + 1)
  })
})

describe('records that nobody can read', () => {
  it('are one entry however often they were delivered', () => {
    const entries = folded(poison('11'), poison('11'), poison('12'))
    expect(seen(entries)).toEqual([
      ['0.0', 'open'],
      ['0.2', 'open'],
    ])
    expect(entries[0]).toMatchObject({
      ...{ kind: 'record', category: 'unreadable', code: 'EVENT_UNREADABLE', message: 'not a JSON object' },
      ...{ attempts: 1, firstAtMs: 7_000, lastAtMs: 7_000, runId: undefined },
      source: { topic: 'loaded', partition: 2, offset: '11' },
    })
  })

  it('are closed by what became of them, and a new delivery of the old record changes nothing', () => {
    expect(seen(folded(poison('11'), poisonResolved('11'), poison('11')))).toEqual([['0.0', 'retried']])
  })

  it('do not pass for letters of objects, whatever is in them', () => {
    const { value } = letter(1, 1)
    const [entry] = folded({ ...poison('1'), value })
    expect(entry).toMatchObject({ kind: 'record', runId: undefined })
  })
})

describe('what anybody may have written there', () => {
  it.each([
    ['no JSON', 'hello'],
    ['a list', '[1]'],
    ['a letter without a run', JSON.stringify({ status: 'failed', id: '1' })],
    ['a letter without an object', JSON.stringify({ status: 'failed', run_id: 'r', id: {} })],
    ['what became of nothing', String(resolved('retried', 1).value)],
    ['no more than a name', JSON.stringify({ event: 'DeadLetterResolved' })],
    ['an end that nobody knows', JSON.stringify({ event: 'DeadLetterResolved', resolved: 'eaten' })],
  ])('%s is passed over', (_, value) => {
    expect(folded({ value, headers: {} })).toEqual([])
  })

  it('is not taken for instants, counts and texts that it is none of', () => {
    const wild = {
      attempt: 'x',
      version: -1,
      first_at_ms: 1e300,
      last_at_ms: 'now',
      zone: 7,
      error: { code: 9 },
    }
    const foreign = { ...poison('1'), headers: { dlq_source_topic: 't', dlq_source_at_ms: 'x' } }
    expect(folded(letter(1, 1, wild), foreign)).toMatchObject([
      {
        attempts: 1,
        version: 0,
        firstAtMs: undefined,
        lastAtMs: undefined,
        zone: undefined,
        code: 'LOADER_FAILED',
      },
      { lastAtMs: undefined, code: 'EVENT_UNREADABLE', source: { topic: 't', partition: 0, offset: '' } },
    ])
    const marker = {
      event: 'DeadLetterResolved',
      resolved: 'retried',
      run_id: 'r',
      id: '1001',
      at_ms: 1e300,
      version: 2,
    }
    expect(folded(letter(1, 1), { value: JSON.stringify(marker), headers: {} })).toMatchObject([
      { state: 'retried', resolved: { by: 'somebody', atMs: 0 } },
    ])
  })
})

describe('a filter', () => {
  const [object] = folded(letter(3, 1, { tenant: 'acme', last_at_ms: 1_000 })) as [DeadLetterEntry]

  it.each<[LetterFilter, boolean]>([
    [{}, true],
    [{ state: 'all' }, true],
    [{ state: 'retried' }, false],
    [{ code: 'LOADER_FAILED', runId: 'r', objectId: '1001', zone: '1-Raw', tenant: 'acme' }, true],
    [{ category: 'refused' }, false],
    [{ zone: '2-Standardized' }, false],
    [{ sinceMs: 1_000, untilMs: 1_001 }, true],
    [{ sinceMs: 1_001 }, false],
    [{ untilMs: 1_000 }, false],
  ])('%o: %s', (filter, expected) => {
    expect(answersFilter(object, filter)).toBe(expected)
  })
})
