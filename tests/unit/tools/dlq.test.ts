// dlq list, show, retry and discard against the real API, over HTTP.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Fault } from '../../../shared/base/fault.ts'
import { deadLetter } from '../../../shared/events/dead-letter.ts'
import { defaultTopics } from '../../../shared/events/topics.ts'
import type { OutgoingRecord } from '../../../shared/ports/transport.ts'
import { type ApiHouse, apiHouse } from '../../support/api-house.ts'
import { type CommandEnd, type CommandSurroundings, millefeuille } from '../../support/command-line.ts'

const ids = ['1001', '1002', '1003', '1004']
const objects = [
  ...ids.map((id) => ({ id, zone: '1-Raw' })),
  { id: '2001', zone: '2-Standardized', parents: ['1001'] },
]

let house: ApiHouse
beforeEach(async () => {
  house = await apiHouse()
  await house.send('POST', '/api/v1/runs', {
    body: { objects, run_id: 'r', all: true, max_retries: 0, tenant: 'acme' },
  })
})
afterEach(() => house.stop())

/** Runs a command while time goes by: a millisecond whenever nothing else is to be done. */
async function dlq(args: readonly string[], surroundings: CommandSurroundings = {}): Promise<CommandEnd> {
  const env = { ORCHESTRATOR_URL: house.server.url }
  const command = millefeuille(['dlq', ...args], { env, clock: house.clock, ...surroundings })
  let isOver = false
  const over = command.finally(() => {
    isOver = true
  })
  while (!isOver) {
    await new Promise((resolve) => setImmediate(resolve))
    await house.clock.advance(1)
  }
  return over
}

/** All four fail, one a minute. */
async function allFail(): Promise<void> {
  for (const id of ids) {
    await house.clock.advance(60_000)
    await house.failed('r', id)
  }
}

async function listed(...args: readonly string[]) {
  const { entries } = (await dlq(['list', '--json', ...args])).json()
  return entries as readonly { readonly id: string; readonly object_id: string; readonly state: string }[]
}

async function idOf(objectId: string): Promise<string> {
  const [entry] = await listed('--object', objectId, '--state', 'all')
  return entry?.id ?? 'none'
}

/** The attempts of an object that were announced. */
function attemptsOf(objectId: string): readonly number[] {
  const ready = house.published.filter(({ key }) => key === `r/${objectId}`)
  return ready.map(({ value }) => JSON.parse(`${value}`).attempt as number)
}

/** A record that nobody can read becomes a dead letter. */
function bury(offset: string, headers: Readonly<Record<string, string>> = {}): void {
  const record = {
    topic: defaultTopics.loaded,
    partition: 0,
    offset,
    key: 'k',
    value: Buffer.from('{'),
    headers,
  }
  const fault = new Fault('EVENT_UNREADABLE', 'not a JSON object')
  const published = house.published as OutgoingRecord[]
  published.push(deadLetter(defaultTopics.dlq, { ...record, timestampMs: house.clock.nowMs() }, fault))
}

describe('dlq list', () => {
  it('says so when there is none', async () => {
    const { code, out, err } = await dlq(['list'])
    expect([code, out, err]).toEqual([0, '', 'no such dead letters'])
  })

  it('is a table, the newest first, and how many of each there are', async () => {
    await allFail()
    bury('7')
    const { code, out, err } = await dlq(['list', '-n', '2'])
    const lines = out.split('\n').map((line) => line.split(/ {2,}/))
    expect([code, lines[0], lines[1]?.slice(1, 5), lines[2]?.slice(1, 7)]).toEqual([
      0,
      ['ID', 'STATE', 'CODE', 'OBJECT', 'RUN', 'ZONE', 'TRIES', 'LAST (UTC)', 'CATEGORY', 'MESSAGE'],
      ['open', 'EVENT_UNREADABLE', 'event.load.loaded/0/7', '1'],
      ['open', 'LOADER_REFUSED', '1004', 'r', '1-Raw', '1'],
    ])
    expect(lines.slice(3)).toEqual([
      [''],
      ['LETTERS', 'CODE', 'ZONE'],
      ['', '4', 'LOADER_REFUSED', '1-Raw'],
      ['', '1', 'EVENT_UNREADABLE'],
    ])
    expect(err).toBe('… and 3 older ones: -n shows more')
  })

  it('leaves columns on the right out in a narrow terminal', async () => {
    await allFail()
    const { out } = await dlq(['list'], { resultColumns: 40 })
    expect(out.split('\n')[0]).toBe('ID    STATE  CODE            OBJECT  RUN')
  })

  it.each([
    [['--object', '1002'], ['1002']],
    [
      ['--run', 'r', '--zone', '1-Raw', '--code', 'LOADER_REFUSED', '--tenant', 'acme'],
      ['1004', '1003', '1002', '1001'],
    ],
    [['--category', 'lost'], []],
    [
      ['--since', '90s'],
      ['1004', '1003'],
    ],
    [['--until', '2026-11-21T05:02:00Z'], ['1001']],
    [['--since', '2026-11-22'], []],
    [['--state', 'retried'], []],
  ])('%j leaves %j', async (args, expected) => {
    await allFail()
    expect((await listed(...args)).map(({ object_id }) => object_id)).toEqual(expected)
  })

  it.each([
    [['--since', 'yesterday']],
    [['--until', '2026-13-45']],
    [['--state', 'closed']],
    [['--zone', 'raw']],
    [['--limit', '0']],
  ])('%j is wrong usage', async (args) => {
    expect((await dlq(['list', ...args])).code).toBe(2)
  })
})

describe('dlq show', () => {
  it('shows all that is known of a letter, what to do last', async () => {
    const error = {
      code: 'LOADER_FAILED',
      retryable: false,
      detail: 'locked',
      stack: 'at a (a.ts:1:1)\nat b (b.ts:2:2)',
    }
    await house.answer('r', {
      kind: 'failed',
      runId: 'r',
      objectId: '1001',
      attempt: 1,
      info: undefined,
      error,
    })
    const id = await idOf('1001')
    const { code, out } = await dlq(['show', id])
    const lines = out.split('\n')
    expect(code).toBe(0)
    for (const line of [
      'object    1001',
      'run       r',
      'error     LOADER_FAILED (refused)',
      'message   locked',
    ])
      expect(lines).toContain(line)
    expect(out).toContain(
      'stack\n  at a (a.ts:1:1)\n  at b (b.ts:2:2)\nevent\n  {\n    "event": "ObjectFailed",',
    )
    expect(lines.at(-1)).toBe(`state     open: millefeuille dlq retry ${id}, or dlq discard ${id}`)
    expect((await dlq(['show', id, '--json'])).json()).toMatchObject({
      ...{ format: 'millefeuille/dead-letter@1', id, stack: error.stack, event: { run_id: 'r' } },
    })
  })

  it('shows what was done about it, and by whom', async () => {
    await house.failed('r', '1001')
    const id = await idOf('1001')
    const { out: done } = await dlq(['discard', id, '-m', 'no such customer'])
    expect(done).toBe('1 dead letter discarded')
    const { out } = await dlq(['show', id])
    expect(out.split('\n').at(-1)).toMatch(
      /^state {5}discarded by .+ at 2026-11-21 05:00:0\d UTC: no such customer$/,
    )
  })

  it('shows which letter came of a retry in vain, and of which it is', async () => {
    await house.failed('r', '1001')
    const first = await idOf('1001')
    await dlq(['retry', first, '-m', 'the share is back'])
    await house.failed('r', '1001')
    const again = await idOf('1001')
    const { out } = await dlq(['show', first])
    expect(out.split('\n').slice(-2)).toEqual([
      expect.stringMatching(/^state {5}retried by .+ at 2026-11-21 05:00:0\d UTC: the share is back$/),
      `then      it failed again: millefeuille dlq show ${again}`,
    ])
    const lines = (await dlq(['show', again])).out.split('\n')
    expect(lines).toContain('tries     2 in its run, also before the retry')
    expect(lines).toContain(`retry of  ${first}: it was tried again, and failed again`)
  })

  it('ends with 2 for an id that nobody knows', async () => {
    const { code, err } = await dlq(['show', '0.99'])
    expect([code, err]).toEqual([
      2,
      'error LETTER_UNKNOWN: there is no dead letter 0.99, or it is no longer kept\n→ millefeuille dlq list lists the dead letters',
    ])
  })
})

describe('dlq retry', () => {
  it('tries one again at once, as a new attempt, and says when there is nothing to try', async () => {
    await allFail()
    const id = await idOf('1001')
    const { code, out, err } = await dlq(['retry', id])
    expect([code, out, err]).toEqual([0, '1 dead letter tried again', ''])
    expect(attemptsOf('1001')).toEqual([1, 2])
    const again = await dlq(['retry', id])
    expect([again.code, again.out]).toEqual([0, '0 dead letters tried again, 1 left as they were'])
    expect(again.err).toBe(`${id}: ${id} is retried already`)
  })

  it('needs to know which', async () => {
    for (const args of [[], ['0.1', '--all'], ['0.1', '--code', 'X'], ['--code', 'X']]) {
      const { code, err } = await dlq(['retry', ...args])
      expect([code, err.split('\n')[0]]).toEqual([
        2,
        'error: say which: ids, or --all with or without filters',
      ])
    }
  })

  it('of many shows how many of what kind, and changes nothing without --yes where nobody can be asked', async () => {
    await allFail()
    const { code, out, err } = await dlq(['retry', '--all'])
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(
      'LETTERS  CODE            ZONE\n      4  LOADER_REFUSED  1-Raw\n4 dead letters would be tried again',
    )
    expect(err).toContain(
      'error: to retry 4 dead letters without being asked takes --yes; --dry-run only looks',
    )
    expect(await listed()).toHaveLength(4)
  })

  it('only looks with --dry-run', async () => {
    await allFail()
    const { code, out } = await dlq(['retry', '--all', '--dry-run'])
    expect([code, out.split('\n').at(-1)]).toEqual([0, '4 dead letters would be tried again'])
    const json = (await dlq(['retry', '--all', '--object', '1002', '--dry-run', '--json'])).json()
    expect(json).toEqual({
      ...{ format: 'millefeuille/letters-done@1', command: 'retry', dry_run: true, done: [], canary: null },
      untouched: [await idOf('1002')],
    })
    expect(await listed()).toHaveLength(4)
  })

  it('asks whoever sits there, and takes anything but yes for no', async () => {
    await allFail()
    const questions: string[] = []
    const ask = (answer: string) => async (question: string) => {
      questions.push(question)
      return answer
    }
    for (const no of ['', 'n', 'yesterday']) {
      const { code, err } = await dlq(['retry', '--all'], { ask: ask(no) })
      expect([code, err.split('\n').at(-1)]).toEqual([0, 'nothing was changed'])
    }
    expect(await listed()).toHaveLength(4)
    expect((await dlq(['retry', '--all', '--no-canary'], { ask: ask('y') })).out).toBe(
      '4 dead letters tried again',
    )
    expect(questions.at(-1)).toBe('retry 4 dead letters? [y/N] ')
  })

  it('says so when there is nothing to retry', async () => {
    const { code, err } = await dlq(['retry', '--all', '--yes'])
    expect([code, err]).toEqual([0, 'no such dead letters'])
  })
})

describe('the canary', () => {
  const bulk = ['retry', '--all', '--yes', '--rate', '1000']
  const whenAwaited = (action: () => void) => ({
    heard: (line: string) => {
      if (line.startsWith('waiting for the canary')) action()
    },
  })

  it('is the oldest, and when it is loaded the others follow', async () => {
    await allFail()
    const { code, out, err } = await dlq(
      bulk,
      whenAwaited(() => void house.answered('r', '1001', 2)),
    )
    expect([code, out]).toEqual([0, '4 dead letters tried again'])
    expect(err).toContain(`waiting for the canary, ${await idOf('1001')} (object 1001 of run r)`)
    expect(ids.map(attemptsOf)).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
      [1, 2],
    ])
  })

  it('that fails leaves the others untouched, with exit code 3', async () => {
    await allFail()
    const { code, out, err } = await dlq(
      bulk,
      whenAwaited(() => void house.failed('r', '1001')),
    )
    expect([code, out]).toEqual([3, '1 dead letter tried again, 3 untouched'])
    expect(err).toMatch(/the canary \d+\.\d+ failed: LOADER_REFUSED no$/)
    expect(ids.map(attemptsOf)).toEqual([[1, 2], [1], [1], [1]])
  })

  it('that fails and will be tried once more has failed', async () => {
    await house.send('POST', '/api/v1/runs', {
      body: { objects, run_id: 'patient', all: true, max_retries: 1 },
    })
    const fail = (retryable: boolean, objectId = '1001') => {
      const error = { code: 'LOADER_FAILED', retryable, detail: 'busy' }
      return house.answer('patient', {
        ...{ kind: 'failed', runId: 'patient', objectId, attempt: undefined, info: undefined, error },
      })
    }
    await fail(false)
    await fail(false, '1002')
    const { code, err } = await dlq(
      bulk,
      whenAwaited(() => void fail(true)),
    )
    expect([code, err.split('\n').at(-1)]).toEqual([3, expect.stringMatching(/failed: LOADER_FAILED busy$/)])
  })

  it('that is not begun has not failed: what comes of it next is waited for', async () => {
    await allFail()
    const error = { code: 'TARGET_UNAVAILABLE', retryable: true, detail: 'open', retry_after_ms: 30_000 }
    const refused = async () => {
      await house.answer('r', {
        ...{ kind: 'failed', runId: 'r', objectId: '1001', attempt: 2, info: undefined, error },
      })
      await house.send('POST', '/api/v1/runs/r/objects/1001/mark-loaded')
    }
    const { code, out } = await dlq(
      bulk,
      whenAwaited(() => void refused()),
    )
    expect([code, out]).toEqual([0, '4 dead letters tried again'])
  })

  it('that is answered by nobody in time leaves the others untouched', async () => {
    await allFail()
    const { code, out, err } = await dlq([...bulk, '--canary-timeout', '2', '--json'])
    expect(code).toBe(3)
    expect(err).toMatch(/the canary \d+\.\d+ is not over: nothing was heard of it in 2 s$/)
    expect(JSON.parse(out)).toMatchObject({
      canary: 'timed-out',
      done: [{ changed: true }],
      untouched: { length: 3 },
    })
  })

  it('whose run is cancelled has failed', async () => {
    await allFail()
    const cancel = () => void house.send('DELETE', '/api/v1/runs/r')
    const { code, err } = await dlq(bulk, whenAwaited(cancel))
    expect([code, err.split('\n').at(-1)]).toEqual([3, expect.stringMatching(/its run was cancelled$/)])
  })

  it('is the next one when the first had nothing to try', async () => {
    await allFail()
    const before = await listed()
    await house.send('POST', '/api/v1/runs/r/objects/1001/mark-loaded')
    const named = [...before].reverse().map(({ id }) => id)
    const { code, out } = await dlq(
      ['retry', ...named, '--rate', '1000'],
      whenAwaited(() => void house.answered('r', '1002', 2)),
    )
    expect([code, out]).toEqual([0, '3 dead letters tried again, 1 left as they were'])
  })

  it('that is a record has failed when it comes back, and is well when it does not', async () => {
    bury('7')
    bury('8')
    const [first] = [...(await listed())].reverse()
    const failed = await dlq(
      bulk,
      whenAwaited(() => bury('9', { dlq_retry_of: first?.id ?? '' })),
    )
    expect([failed.code, failed.out]).toEqual([3, '1 dead letter tried again, 1 untouched'])
    expect(failed.err).toMatch(/it came back as \d+\.\d+: not a JSON object$/)
    const well = await dlq(bulk)
    expect([well.code, well.out]).toEqual([0, '2 dead letters tried again'])
  })
})

describe('many dead letters', () => {
  it('are acted upon at most so many a second', async () => {
    await allFail()
    const startedAtMs = house.clock.nowMs()
    const { err } = await dlq(['retry', '--all', '--yes', '--no-canary', '--rate', '1'])
    expect(house.clock.nowMs() - startedAtMs).toBeGreaterThanOrEqual(3_000)
    expect(err).toMatch(/^3 of 4$/m)
  })

  it('are left where it was at Ctrl-C, which says how far it came', async () => {
    await allFail()
    const heard = (line: string, interrupt: () => void) => {
      if (line === '3 of 4') interrupt()
    }
    const { code, out, err } = await dlq(['retry', '--all', '--yes', '--no-canary', '--rate', '1'], { heard })
    expect([code, out]).toEqual([130, '3 dead letters tried again, 1 untouched'])
    expect(err.split('\n').at(-1)).toBe('interrupted: the rest is untouched')
  })

  it('wait for no canary any more at Ctrl-C', async () => {
    await allFail()
    const heard = (line: string, interrupt: () => void) => {
      if (line.startsWith('waiting')) interrupt()
    }
    const { code, out } = await dlq(['retry', '--all', '--yes'], { heard })
    expect([code, out]).toEqual([130, '1 dead letter tried again, 3 untouched'])
  })

  it('say how far it came when the orchestrator goes away', async () => {
    await allFail()
    const heard = (line: string) => {
      if (line === '3 of 4') void house.server.stop()
    }
    const { code, err } = await dlq(['retry', '--all', '--yes', '--no-canary', '--rate', '1'], { heard })
    expect(code).toBe(5)
    expect(err).toContain('3 dead letters tried again, 1 untouched')
    expect(err).toContain('error SERVER_UNREACHABLE')
  })

  it('are discarded without a canary', async () => {
    await allFail()
    const { code, out } = await dlq(['discard', '--all', '--yes', '--json', '-m', 'old'])
    expect([code, JSON.parse(out)]).toMatchObject([
      0,
      { command: 'discard', done: { length: 4 }, untouched: [], canary: null },
    ])
    expect(await listed()).toEqual([])
    expect(await listed('--state', 'discarded')).toHaveLength(4)
  })
})
