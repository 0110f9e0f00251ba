// The live feed over HTTP: complete, resumable, as fast as its client, and gone with it.

import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { mostStreams } from '../../../../orchestrator/http/fact-streams.ts'
import type { FeedItem } from '../../../../orchestrator/services/run-feed.ts'
import { Fault } from '../../../../shared/base/fault.ts'
import { type ApiHouse, apiHouse, openAnswer } from '../../../support/api-house.ts'

const objects = [
  { id: 1001, zone: '1-Raw' },
  { id: 2001, zone: '2-Standardized', parents: [1001] },
]
const path = '/api/v1/runs/r/facts'

function eventsIn(text: string): readonly EventSourceMessage[] {
  const events: EventSourceMessage[] = []
  createParser({ onEvent: (event) => events.push(event) }).feed(text)
  return events
}

describe('the facts of a run', () => {
  let house: ApiHouse
  beforeEach(async () => {
    house = await apiHouse()
    await house.send('POST', '/api/v1/runs', { body: { objects, run_id: 'r' } })
  })
  afterEach(() => house.stop())

  const types = ['run-opened', 'object-ready', 'object-loaded', 'object-ready', 'object-loaded', 'run-ended']

  it('come as server-sent events, each with its place, and the stream ends behind the last', async () => {
    await house.loaded('r', '1001', '2001')
    const reply = await house.send('GET', path)
    expect(reply.status).toBe(200)
    expect(reply.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-content-type-options': 'nosniff',
    })
    const events = eventsIn(reply.text)
    expect(events.map(({ event }) => event)).toEqual(types)
    expect(events.map(({ id }) => id)).toEqual(['1.0', '1.1', '2.0', '2.1', '3.0', '3.1'])
    expect(JSON.parse(events[2]?.data ?? '')).toEqual({
      type: 'object-loaded',
      at_ms: Date.parse('2026-11-21T05:00:00Z'),
      run_id: 'r',
      object_id: '1001',
      attempt: 1,
    })
    expect(JSON.parse(events.at(-1)?.data ?? '')).toMatchObject({ type: 'run-ended', state: 'succeeded' })
  })

  it('come live while the run goes on', async () => {
    const response = await openAnswer(house.server.port, 'GET', path)
    const seen = reader(response)
    await seen.until('1.1')
    expect(seen.text).not.toContain('2.0')
    await house.loaded('r', '1001')
    await seen.until('2.1')
    await house.failed('r', '2001')
    await once(response, 'end')
    expect(eventsIn(seen.text).map(({ event }) => event)).toEqual([
      ...types.slice(0, 4),
      'object-failed',
      'run-ended',
    ])
  })

  it.each([
    ['the header', path, { 'last-event-id': '2.0' }],
    ['the query', `${path}?after=2.0`, {}],
    [
      'the header rather than the query of the first request',
      `${path}?after=1.0`,
      { 'last-event-id': '2.0' },
    ],
  ])('go on behind the place in %s', async (_, at, headers) => {
    await house.loaded('r', '1001', '2001')
    const { text } = await house.send('GET', at, { headers })
    expect(eventsIn(text).map(({ id }) => id)).toEqual(['2.1', '3.0', '3.1'])
  })

  it('are the last one for who has seen the last but one', async () => {
    await house.loaded('r', '1001', '2001')
    const { text } = await house.send('GET', path, { headers: { 'last-event-id': '3.0' } })
    expect(eventsIn(text).map(({ id }) => id)).toEqual(['3.1'])
  })

  it.each(['3.1', '3.9', '9.0'])(
    'are no more behind %s of a run that has ended: come back no more',
    async (id) => {
      await house.loaded('r', '1001', '2001')
      const { status, text } = await house.send('GET', path, { headers: { 'last-event-id': id } })
      expect([status, text]).toEqual([204, ''])
    },
  )

  it.each(['x', '1', '1.2.3', '-1.0', '1.0e9', '9'.repeat(99)])('refuse the place %s', async (place) => {
    for (const [at, headers] of [
      [path, { 'last-event-id': place }],
      [`${path}?after=${place}`, {}],
    ] as const)
      expect(await house.send('GET', at, { headers })).toMatchObject({
        status: 400,
        json: { code: 'REQUEST_INVALID', detail: expect.stringContaining('the id of a fact, like 12.0') },
      })
  })

  it.each([
    ['from the beginning', path, {}],
    ['behind the last', path, { 'last-event-id': '3.1' }],
    ['behind one of them', `${path}?after=2.0`, {}],
  ])(
    'are gone for good, asked for %s, when the run ended so long ago that they expired',
    async (_, at, headers) => {
      await house.loaded('r', '1001', '2001')
      house.store.read = async () => undefined
      const reply = await house.send('GET', at, { headers })
      expect(reply.status).toBe(410)
      expect(reply.json).toMatchObject({ code: 'FACTS_EXPIRED', retryable: false })
    },
  )

  it('come as NDJSON for who asks for it, the format first', async () => {
    await house.loaded('r', '1001', '2001')
    const reply = await house.send('GET', path, { headers: { accept: 'application/x-ndjson' } })
    expect(reply.headers['content-type']).toBe('application/x-ndjson; charset=utf-8')
    const lines = reply.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines[0]).toEqual({ format: 'millefeuille/facts@1' })
    expect(lines.slice(1).map(({ type }) => type)).toEqual(types)
  })

  it('are no answer to HEAD, which would never end', async () => {
    expect((await house.send('HEAD', path)).status).toBe(405)
  })

  it('show every 15 seconds that the stream lives', async () => {
    const response = await openAnswer(house.server.port, 'GET', path)
    const seen = reader(response)
    await seen.until('1.1')
    const before = seen.text
    await house.clock.advance(14_999)
    await house.clock.advance(1)
    await expect.poll(() => seen.text).toBe(`${before}:\n\n`)
    await house.clock.advance(30_000)
    await expect.poll(() => seen.text).toBe(`${before}${':\n\n'.repeat(3)}`)
    response.destroy()
  })

  it('leave nothing behind when the client goes: no timer and no follower', async () => {
    const before = house.clock.waiting
    const response = await openAnswer(house.server.port, 'GET', path)
    await reader(response).until('1.1')
    await expect.poll(() => house.clock.waiting).toBeGreaterThan(before)
    response.destroy()
    await expect.poll(() => house.clock.waiting).toBe(before)
  })

  it('break off, and are not ended, when the server stops', async () => {
    const response = await openAnswer(house.server.port, 'GET', path)
    const seen = reader(response)
    await seen.until('1.1')
    const broken = once(response, 'end').then(
      () => 'ended',
      () => 'broken',
    )
    await house.server.stop()
    expect(await broken).toBe('broken')
  })
})

describe('a stream over a feed of our own', () => {
  let house: ApiHouse
  afterEach(() => house.stop())

  const summary = async () => ({ state: 'running' }) as never
  const store = { list: async () => [], read: async () => undefined, summary }
  const item = (index: number, pad = ''): FeedItem => ({
    version: 1,
    index,
    atMs: 1,
    fact: { type: 'object-blocked', object_id: `${index}${pad}`, by: 'x' },
  })

  it('reads from the feed no faster than its client, and cuts off one that takes nothing for a minute', async () => {
    const all = 100_000
    let given = 0
    let isFreed = false
    async function* follow() {
      try {
        for (; given < all; given++) yield item(given, 'x'.repeat(200))
      } finally {
        isFreed = true
      }
    }
    house = await apiHouse({ feed: { follow }, store })
    // Nobody reads the answer: the socket's buffers fill, and then the feed rests.
    const response = await openAnswer(house.server.port, 'GET', path)
    let rested = -1
    const rests = () => {
      const isSame = given === rested
      rested = given
      return isSame && house.clock.waiting === 2
    }
    await expect.poll(rests).toBe(true)
    expect(rested).toBeLessThan(all / 2)
    await house.clock.advance(59_999)
    expect(isFreed).toBe(false)
    await house.clock.advance(1)
    await expect.poll(() => isFreed).toBe(true)
    expect(given).toBe(rested)
    response.destroy()
  })

  it('is refused with 503 when as many are open as there may be, and served when one has gone', async () => {
    async function* follow(_runId: string, _after: unknown, signal: AbortSignal) {
      yield item(0)
      await once(signal, 'abort')
    }
    house = await apiHouse({ feed: { follow }, store })
    const open = await Promise.all(
      Array.from({ length: mostStreams }, () => openAnswer(house.server.port, 'GET', path)),
    )
    expect(new Set(open.map(({ statusCode }) => statusCode))).toEqual(new Set([200]))
    const refused = await house.send('GET', path)
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '2'])
    expect(refused.json).toMatchObject({ code: 'TOO_MANY_STREAMS', retryable: true })
    open[0]?.destroy()
    await expect
      .poll(async () => {
        const response = await openAnswer(house.server.port, 'GET', path)
        response.destroy()
        return response.statusCode
      })
      .toBe(200)
    for (const response of open) response.destroy()
  })

  it('gives a client that reads every one of 20,000 facts', async () => {
    const all = 20_000
    async function* follow() {
      for (let index = 0; index < all; index++) yield item(index)
    }
    house = await apiHouse({ feed: { follow }, store })
    const { text } = await house.send('GET', path)
    expect(eventsIn(text).map(({ id }) => id)).toEqual(
      Array.from({ length: all }, (_, index) => `1.${index}`),
    )
  })

  it('breaks off and says why in the log when the store goes away', async () => {
    async function* follow() {
      yield item(0)
      throw new Fault('STORE_UNAVAILABLE', 'the store went away')
    }
    house = await apiHouse({ feed: { follow }, store })
    await expect(house.send('GET', path)).rejects.toThrow()
    expect(house.logger.lines).toContainEqual({
      level: 'warn',
      message: 'a stream of facts broke off',
      fields: { run_id: 'r', error: 'the store went away' },
    })
  })
})

/** Gathers what comes, and waits until the fact with an id has. */
function reader(response: IncomingMessage) {
  const seen = { text: '', until: (id: string) => expect.poll(() => seen.text).toContain(`id: ${id}\n`) }
  response.setEncoding('utf8').on('data', (chunk: string) => {
    seen.text += chunk
  })
  response.on('error', () => {})
  return seen
}
