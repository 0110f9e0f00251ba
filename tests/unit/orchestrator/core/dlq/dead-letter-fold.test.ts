// The DLQ topic, read back: what is open, and what became of the rest, whatever is repeated.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  answersFilter,
  type DeadLetterEntry,
  type LetterFilter,
} from '../../../../../orchestrator/core/dlq/dead-letter-entry.ts'
import {
  DeadLetterFold,
  mostAwaited,
  mostResolved,
} from '../../../../../orchestrator/core/dlq/dead-letter-fold.ts'
import {
  objectResolution,
  recordResolution,
  reloadResolution,
} from '../../../../../orchestrator/core/dlq/letter-resolution.ts'
import { deadLetter } from '../../../../../shared/events/dead-letter.ts'
import { seed } from '../../../../support/wild-texts.ts'

type Parts = { readonly value: string | Buffer; readonly headers: Readonly<Record<string, string>> }

/** Entries of a topic of one partition that holds these records. */
function folded(...records: readonly Parts[]): readonly DeadLetterEntry[] {
  const fold = new DeadLetterFold()
  for (const [offset, { value, headers }] of records.entries())
    fold.take({ partition: 0, offset: String(offset), value: Buffer.from(value), headers })
  return [...fold.entries()]
}

/** In this order, behind each other in a partition of their own. */
function take(fold: DeadLetterFold, partition: number, records: readonly Parts[]): void {
  for (const [offset, { value, headers }] of records.entries())
    fold.take({ partition, offset: String(offset), value: Buffer.from(value), headers })
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
        ...{
          source: undefined,
          retryOf: undefined,
          retriedAs: undefined,
          resolved: undefined,
          resolvedBefore: [],
        },
      },
    ])
  })

  it('that are stored twice are one entry, under the id of the first', () => {
    expect(seen(folded(letter(1, 3), letter(1, 3)))).toEqual([['0.0', 'open']])
  })

  it('stay when the object fails again: each says of which it is a retry, and what became of it', () => {
    const times = (first: number, last: number) => ({ first_at_ms: first, last_at_ms: last })
    const story = [letter(1, 3, times(10, 20)), resolved('retried', 4), letter(2, 6, times(40, 40))]
    expect(folded(...story, resolved('discarded', 7), letter(5, 9, times(50, 60)))).toMatchObject([
      { id: '0.0', attempts: 1, state: 'retried', resolved: { by: 'ada', version: 4 }, retriedAs: '0.2' },
      {
        id: '0.2',
        attempts: 2,
        state: 'discarded',
        retryOf: '0.0',
        retriedAs: '0.4',
        resolved: { version: 7 },
      },
      { id: '0.4', attempts: 5, state: 'open', retryOf: '0.2', firstAtMs: 10, lastAtMs: 60 },
    ])
  })

  it('are not closed by what became of an earlier failure and is stored once more', () => {
    const story = [letter(1, 3), resolved('retried', 4), letter(2, 6)]
    expect(seen(folded(...story, ...story))).toEqual([
      ['0.0', 'retried'],
      ['0.2', 'open'],
    ])
  })

  it('with a later one behind them were tried again, also when nothing says so', () => {
    expect(folded(letter(1, 3), letter(2, 6))).toMatchObject([
      { state: 'retried', resolved: undefined, retriedAs: '0.1' },
      { state: 'open', retryOf: '0.0' },
    ])
  })

  it('are open when what was said of a later commit stood there before them: it was lost, and is decided anew', () => {
    const lost = [letter(1, 3), resolved('retried', 4), letter(2, 6), resolved('skipped', 7)]
    const anew = [letter(2, 5), resolved('retried', 6), letter(3, 7)]
    expect(folded(...lost, ...anew).at(-1)).toMatchObject({ attempts: 3, state: 'open' })
  })

  it('are closed by what somebody did about them, the last of it counts', () => {
    const story = [letter(1, 3), resolved('discarded', 4), resolved('retried', 5)]
    const [entry] = folded(...story, resolved('discarded', 4))
    expect(entry).toMatchObject({ state: 'retried', resolved: { by: 'ada', atMs: 5, reason: undefined } })
    expect(entry?.resolvedBefore).toMatchObject([{ state: 'discarded', resolved: { by: 'ada', version: 4 } }])
  })

  it('of records keep what was done about them before, too, and each once', () => {
    const source = { topic: 'loaded', partition: 2, offset: '11' }
    const done = (how: 'retried' | 'discarded', atMs: number) =>
      recordResolution('dlq', { source, key: 'k' }, { resolved: how, by: 'ada', atMs })
    const story = [poison('11'), done('discarded', 5), done('discarded', 5), done('retried', 6)]
    expect(folded(...story)).toMatchObject([
      { state: 'retried', resolvedBefore: [{ state: 'discarded', resolved: { atMs: 5 } }] },
    ])
    expect(folded(...story)[0]?.resolvedBefore).toHaveLength(1)
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
    fold.forget('0.4')
    expect([fold.get('0.4'), ...fold.entries()]).toEqual([undefined])
  })

  it('leave their ids and their first failure to the letter that came of a retry', () => {
    const fold = new DeadLetterFold()
    const times = { first_at_ms: 10, last_at_ms: 20 }
    take(fold, 0, [letter(1, 3, times), resolved('retried', 4), letter(2, 6, { ...times, first_at_ms: 20 })])
    fold.forget('0.0')
    take(fold, 1, [resolved('discarded', 7)])
    const expected = { id: '0.2', state: 'discarded', retryOf: '0.0', firstAtMs: 10 }
    expect([...fold.entries()]).toMatchObject([expected])
  })
})

describe('a topic that was given more partitions', () => {
  it('may show what became of a letter before the letter, which is closed all the same', () => {
    const fold = new DeadLetterFold()
    take(fold, 5, [resolved('retried', 7), poisonResolved('11')])
    expect([...fold.entries()]).toEqual([])
    take(fold, 0, [letter(1, 3), letter(2, 6), poison('11')])
    expect([...fold.entries()]).toMatchObject([
      { attempts: 1, state: 'retried', resolved: undefined },
      { attempts: 2, state: 'retried', resolved: { by: 'ada', version: 7 } },
      { kind: 'record', state: 'retried', resolved: { by: 'ada' } },
    ])
  })

  it('leaves open what failed after what is told there', () => {
    const fold = new DeadLetterFold()
    take(fold, 5, [resolved('retried', 4)])
    take(fold, 0, [letter(2, 6), letter(1, 3)])
    expect([...fold.entries()]).toMatchObject([
      { attempts: 2, state: 'open' },
      { attempts: 1, state: 'retried', resolved: { version: 4 } },
    ])
  })

  it('is not kept in mind for ever: what was told first of objects without letters makes room', () => {
    const fold = new DeadLetterFold()
    const told = (objectId: string) =>
      objectResolution(
        'dlq',
        { runId: 'r', objectId },
        { resolved: 'skipped', by: 'ada', atMs: 5, version: 4 },
      )
    const many = Array.from({ length: mostAwaited + 1 }, (_, index) => told(`${index}`))
    take(fold, 5, many)
    take(fold, 0, [letter(1, 3, { id: '0' }), letter(1, 3, { id: '1' })])
    expect([...fold.entries()].map(({ objectId, state }) => [objectId, state])).toEqual([
      ['0', 'open'],
      ['1', 'skipped'],
    ])
  })

  it('tells the same in whatever order its partitions are read (any story of an object)', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2), { maxLength: 12 }), fc.array(fc.nat(2)), (spread, turns) => {
        const shown = (partitions: readonly (readonly Parts[])[], order: readonly number[]) => {
          const fold = new DeadLetterFold()
          for (const place of order) take(fold, place, partitions[place] ?? [])
          return [...fold.entries()].map(({ attempts, state, resolved: end }) => [
            attempts,
            state,
            end?.version,
          ])
        }
        const story = spread.map((_, index) =>
          index % 2 === 0 ? letter(index / 2 + 1, index + 1) : resolved('retried', index + 1),
        )
        const apart = [0, 1, 2].map((at) => story.filter((_, index) => spread[index] === at))
        const order = [...new Set([...turns, 2, 1, 0])]
        expect(shown(apart, order).sort()).toEqual(shown([story], [0]).sort())
      }),
      { seed, numRuns: 300 },
    )
  })
})

describe('an object that a rerun has loaded', () => {
  const reloaded = (atMs: number, rerun = 'again') =>
    reloadResolution(
      'dlq',
      { runId: 'r', objectId: '1001' },
      { by: 'ada', reason: 'mended', rerun, attempt: 1, atMs },
    )

  it('has its letter closed, which names the rerun', () => {
    const end = { by: 'ada', reason: 'mended', atMs: 20, rerun: 'again' }
    const story = [letter(1, 3, { last_at_ms: 20 }), reloaded(20), reloaded(10, 'before')]
    expect(folded(...story, ...story)).toMatchObject([{ id: '0.0', state: 'reloaded', resolved: end }])
  })

  it('has no letter closed of what failed later, or of which nobody says when it failed', () => {
    expect(seen(folded(letter(1, 3, { last_at_ms: 20 }), reloaded(19)))).toEqual([['0.0', 'open']])
    expect(seen(folded(letter(1, 3), reloaded(19)))).toEqual([['0.0', 'open']])
  })

  it('keeps what somebody has said of its letter in its run', () => {
    const first = letter(1, 3, { last_at_ms: 10 })
    expect(seen(folded(first, reloaded(20), resolved('discarded', 4)))).toEqual([['0.0', 'discarded']])
    expect(
      seen(folded(first, resolved('retried', 4), letter(2, 6, { last_at_ms: 15 }), reloaded(20))),
    ).toEqual([
      ['0.0', 'retried'],
      ['0.2', 'reloaded'],
    ])
  })

  it('and that never had a letter is passed over', () => {
    const fold = new DeadLetterFold()
    take(fold, 5, [reloaded(20)])
    take(fold, 0, [letter(1, 3, { last_at_ms: 10 })])
    expect([...fold.entries()]).toMatchObject([{ state: 'open' }])
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

  it('that fail again have a letter that is open, and is not counted with the others', () => {
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

  it('that were sent again and came back say as what', () => {
    const { value, headers } = poison('12')
    const back = { value, headers: { ...headers, dlq_retry_of: '0.0' } }
    expect(folded(poison('11'), poisonResolved('11'), back)).toMatchObject([
      { id: '0.0', state: 'retried', retriedAs: '0.2', retryOf: undefined },
      { id: '0.2', state: 'open', retryOf: '0.0', retriedAs: undefined },
    ])
  })

  it('may say that they are of a letter of an object, which changes nothing of it', () => {
    const { value, headers } = poison('12')
    const back = { value, headers: { ...headers, dlq_retry_of: '0.0' } }
    expect(folded(letter(1, 1), back)).toMatchObject([{ state: 'open', retriedAs: undefined }, {}])
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
