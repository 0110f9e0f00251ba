// The client of the command line against the real API, and against servers that misbehave.

import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../../shared/adapters/memory/virtual-clock.ts'
import type { FactLine } from '../../../../shared/api/run-resource.ts'
import { Fault } from '../../../../shared/base/fault.ts'
import { ApiClient } from '../../../../tools/client/api-client.ts'
import { type ApiHouse, apiHouse } from '../../../support/api-house.ts'

const objects = [
  { id: 1001, zone: '1-Raw' },
  { id: 2001, zone: '2-Standardized', parents: [1001] },
]

function clientOf(url: string, token?: string, clock = new VirtualClock()): ApiClient {
  return new ApiClient({ url, token, clock, random: () => 0.5 })
}

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(Fault)
  return error as Fault
}

describe('the client and the API', () => {
  let house: ApiHouse
  let client: ApiClient
  beforeEach(async () => {
    house = await apiHouse({ apiToken: 'sesame' })
    client = clientOf(house.server.url, 'sesame', house.clock)
  })
  afterEach(() => house.stop())

  it('open, look at, list, follow and cancel runs', async () => {
    const run_id = 'nightly@2026-11-21T08:00+01:00'
    expect(await client.openRun({ objects, run_id })).toMatchObject({
      ok: true,
      value: { run_id, opened: true, objects: 2 },
    })
    expect(await client.getRun(run_id)).toMatchObject({ run_id, state: 'running' })
    expect((await client.listRuns({ state: 'running', limit: 1 })).runs).toHaveLength(1)
    expect((await client.listRuns({ before: '2026-11-21T05:00:00Z' })).runs).toEqual([])
    expect(await client.cancelRun(run_id, 'wrong & file')).toEqual({
      run_id,
      changed: true,
      state: 'cancelled',
    })
    const facts: FactLine[] = []
    for await (const fact of client.followFacts(run_id)) facts.push(fact)
    expect(facts[0]?.type).toBe('run-opened')
    expect(facts.at(-1)).toMatchObject({ type: 'run-ended', state: 'cancelled', reason: 'wrong & file' })
  })

  it('trigger workflows and show what comes next', async () => {
    expect(await client.trigger('by_hand')).toMatchObject({ run_id: 'by_hand@2026-11-21', opened: true })
    expect((await client.schedule(3)).ticks).toHaveLength(3)
    expect((await client.workflows()).workflows).toHaveLength(2)
    expect((await faultOf(client.trigger('a/b'))).code).toBe('WORKFLOW_UNKNOWN')
  })

  it('give what is wrong with a definition back as values', async () => {
    const outcome = await client.openRun({ objects: [{ zone: '1-Raw' }] })
    expect(outcome).toMatchObject({ ok: false, reason: [{ code: 'MISSING_ID', severity: 'error' }] })
  })

  it('reject with the code of the problem', async () => {
    expect((await faultOf(client.getRun('none'))).code).toBe('RUN_UNKNOWN')
    expect((await faultOf(client.openRun({}))).code).toBe('REQUEST_INVALID')
    const stranger = clientOf(house.server.url, 'wrong')
    const fault = await faultOf(stranger.listRuns())
    expect(fault.code).toBe('UNAUTHORIZED')
    expect(fault.message).toContain('API_TOKEN')
    expect((await faultOf(collect(stranger.followFacts('none')))).code).toBe('UNAUTHORIZED')
    expect((await faultOf(collect(client.followFacts('none')))).code).toBe('RUN_UNKNOWN')
  })

  it('end a following whose last fact was seen before', async () => {
    await client.openRun({ objects, run_id: 'r' })
    await house.loaded('r', '1001', '2001')
    expect(await collect(client.followFacts('r', { after: '3.1' }))).toEqual([])
    expect((await collect(client.followFacts('r', { after: '2.1' }))).map(({ type }) => type)).toEqual([
      'object-loaded',
      'run-ended',
    ])
  })

  it('end a following when the caller wants no more, and leave no timer', async () => {
    await client.openRun({ objects, run_id: 'r' })
    const before = house.clock.waiting
    const enough = new AbortController()
    const seen: string[] = []
    for await (const { type } of client.followFacts('r', { signal: enough.signal })) {
      seen.push(type)
      if (type === 'object-ready') enough.abort()
    }
    expect(seen).toEqual(['run-opened', 'object-ready'])
    for await (const _ of client.followFacts('r')) break
    await expect.poll(() => house.clock.waiting).toBe(before)
  })
})

describe('a server that misbehaves', () => {
  const servers: { close: () => void; closeAllConnections: () => void }[] = []
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections()
      server.close()
    }
  })
  const serve = async (listener: RequestListener): Promise<string> => {
    const server = createServer(listener)
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  const event = (id: string, type: string) =>
    `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify({ type, at_ms: 1, run_id: 'r' })}\n\n`

  it('that is not there is named, with what to do', async () => {
    const url = await serve(() => {})
    for (const server of servers.splice(0)) server.close()
    const fault = await faultOf(clientOf(`${url}/`).listRuns())
    expect(fault.code).toBe('SERVER_UNREACHABLE')
    expect(fault.message).toContain(url)
    expect(fault.message).toContain('ECONNREFUSED')
    expect(fault.message).toContain('millefeuille start')
    expect(fault.message).toContain('ORCHESTRATOR_URL')
  })

  it('that is no orchestrator is told apart, whether it says no or yes', async () => {
    const no = await serve((_, response) => response.writeHead(502).end('<html>'))
    expect((await faultOf(clientOf(no).listRuns())).message).toContain('answers 502')
    const yes = await serve((_, response) => response.end('<html>'))
    expect((await faultOf(clientOf(yes).listRuns())).message).toContain('something else than JSON')
    const away = await serve((_, response) => response.writeHead(302, { location: yes }).end())
    expect((await faultOf(clientOf(away).listRuns())).code).toBe('SERVER_UNREACHABLE')
  })

  it('that never answers is given up after a minute', async () => {
    let asked = false
    const url = await serve(() => {
      asked = true
    })
    const clock = new VirtualClock()
    const fault = faultOf(clientOf(url, undefined, clock).listRuns())
    await expect.poll(() => asked).toBe(true)
    await clock.advance(60_000)
    expect((await fault).code).toBe('SERVER_UNREACHABLE')
  })

  it('behind a path of a proxy is found there', async () => {
    const paths: (string | undefined)[] = []
    const url = await serve(({ url: path }, response) => {
      paths.push(path)
      response.end('{"runs":[],"next_before":null}')
    })
    await clientOf(`${url}/mille`).listRuns()
    await clientOf(`${url}/mille/`).listRuns()
    expect(paths).toEqual(['/mille/api/v1/runs', '/mille/api/v1/runs'])
  })

  it('that breaks off in the middle of a fact is asked again from the last whole one', async () => {
    const asked: (string | undefined)[] = []
    const url = await serve((request, response) => {
      asked.push(request.headers['last-event-id'] as string | undefined)
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      if (asked.length === 1) {
        const cut = `${event('1.0', 'run-opened')}${event('1.1', 'object-ready')}id: 2.0\nevent: object-lo`
        response.write(cut, () => response.destroy())
      } else if (asked.length === 2) response.end(event('2.0', 'object-loaded'))
      else response.end(event('2.1', 'run-ended'))
    })
    const clock = new VirtualClock()
    const facts = collect(clientOf(url, undefined, clock).followFacts('r'))
    await advanceUntil(clock, facts)
    expect((await facts).map(({ type }) => type)).toEqual([
      'run-opened',
      'object-ready',
      'object-loaded',
      'run-ended',
    ])
    expect(asked).toEqual([undefined, '1.1', '2.0'])
  })

  it('that stays open and silent is left and asked again', async () => {
    let asked = 0
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      if (++asked === 1) response.write(event('1.0', 'run-opened'))
      else response.end(event('1.1', 'run-ended'))
    })
    const clock = new VirtualClock()
    const facts = collect(clientOf(url, undefined, clock).followFacts('r'))
    await advanceUntil(clock, facts)
    expect((await facts).map(({ type }) => type)).toEqual(['run-opened', 'run-ended'])
    expect(clock.nowMs() - new VirtualClock().nowMs()).toBeGreaterThanOrEqual(45_000)
  })

  it('that stays away is given up after a bounded number of tries', async () => {
    let asked = 0
    const url = await serve((_, response) => {
      asked++
      response.writeHead(503, { 'content-type': 'application/problem+json' })
      response.end(JSON.stringify({ code: 'SHUTTING_DOWN', detail: 'stopping' }))
    })
    const clock = new VirtualClock()
    const fault = faultOf(collect(clientOf(url, undefined, clock).followFacts('r')))
    await advanceUntil(clock, fault)
    expect((await fault).code).toBe('SHUTTING_DOWN')
    expect(asked).toBe(13)
  })

  it('that streams no facts is not asked again', async () => {
    const url = await serve((_, response) => response.end('data: <html>\n\n'))
    expect((await faultOf(collect(clientOf(url).followFacts('r')))).code).toBe('SERVER_FAILED')
  })
})

async function collect(facts: AsyncGenerator<FactLine>): Promise<readonly FactLine[]> {
  const seen: FactLine[] = []
  for await (const fact of facts) seen.push(fact)
  return seen
}

/** Lets time pass, second by second, while real connections do their part. */
async function advanceUntil(clock: VirtualClock, work: Promise<unknown>): Promise<void> {
  let isDone = false
  const done = () => {
    isDone = true
  }
  void work.then(done, done)
  const step = async () => {
    await clock.advance(1_000)
    return isDone
  }
  await expect.poll(step, { interval: 5, timeout: 5_000 }).toBe(true)
}
