// The probes say what is wrong, and nothing else makes them fail.

import { fastify } from 'fastify'
import { describe, expect, it } from 'vitest'
import { addProbes, type ProbeOptions } from '../../../../shared/http/probes.ts'
import type { Clock } from '../../../../shared/ports/clock.ts'
import { silentMeter } from '../../../../shared/ports/meter.ts'
import { Heartbeat } from '../../../../shared/service/heartbeat.ts'

/** A clock whose hand is moved by the test. */
class HandClock implements Clock {
  #nowMs = 0
  #timers: { dueMs: number; action: () => void }[] = []

  get waiting(): number {
    return this.#timers.length
  }

  nowMs() {
    return this.#nowMs
  }

  after(delayMs: number, action: () => void) {
    const timer = { dueMs: this.#nowMs + delayMs, action }
    this.#timers.push(timer)
    return { cancel: () => this.#keep((other) => other !== timer) }
  }

  pass(ms: number) {
    this.#nowMs += ms
    const due = this.#timers.filter((timer) => timer.dueMs <= this.#nowMs)
    this.#keep((timer) => timer.dueMs > this.#nowMs)
    for (const timer of due) timer.action()
  }

  #keep(which: (timer: { dueMs: number }) => boolean) {
    this.#timers = this.#timers.filter(which)
  }
}

function house(options: Partial<ProbeOptions> = {}) {
  const clock = new HandClock()
  const server = fastify()
  addProbes(server, {
    clock,
    meter: silentMeter,
    heartbeats: [],
    checks: [],
    isStarted: () => true,
    ...options,
  })
  const get = async (path: string) => {
    const answer = await server.inject(path)
    return { status: answer.statusCode, body: answer.json() as unknown, headers: answer.headers }
  }
  return { clock, get, server }
}

const works = (name: string) => ({ name, check: async () => {} })
const fails = (name: string, reason: string) => ({
  name,
  check: async () => {
    throw new Error(reason)
  },
})

describe('/health/liveness', () => {
  it('answers 200 while every loop turns, whatever else is broken', async () => {
    const { get } = house({ checks: [fails('kafka', 'down')], isStarted: () => false })
    expect(await get('/health/liveness')).toMatchObject({ status: 200, body: { status: 'alive' } })
  })

  it('answers 503 with the name of a loop that stands still', async () => {
    const clock = new HandClock()
    const heartbeats = [new Heartbeat(clock, 'conductor', 5_000), new Heartbeat(clock, 'watchdog', 60_000)]
    for (const heartbeat of heartbeats) heartbeat.beat()
    clock.pass(6_000)
    const { get } = house({ heartbeats })
    expect(await get('/health/liveness')).toMatchObject({
      status: 503,
      body: { status: 'stalled', stalled: { conductor: { silent_ms: 6_000 } } },
    })
  })
})

describe('/health/readiness', () => {
  it('answers 200 with every check when all is well, and leaves no timer behind', async () => {
    const { get, clock } = house({ checks: [works('kafka'), works('redis')] })
    expect(await get('/health/readiness')).toMatchObject({
      status: 200,
      body: { status: 'ready', checks: { kafka: 'ok', redis: 'ok' } },
      headers: { 'cache-control': 'no-store' },
    })
    expect(clock.waiting).toBe(0)
  })

  it('answers 503 naming the part that fails and why, without its secrets', async () => {
    const reason = 'cannot reach redis://u:secret@host'
    const { get } = house({ checks: [works('kafka'), fails('redis', reason), fails('disk', '')] })
    const answer = await get('/health/readiness')
    expect(answer).toMatchObject({ status: 503, body: { status: 'not-ready', failing: ['redis', 'disk'] } })
    expect(answer.body).toMatchObject({
      checks: { kafka: 'ok', redis: 'cannot reach redis://[redacted]@host', disk: 'failed without a reason' },
    })
  })

  it('counts a check that throws at once as failed', async () => {
    const check = () => {
      throw new Error('not even a promise')
    }
    const { get } = house({ checks: [{ name: 'kafka', check }] })
    expect(await get('/health/readiness')).toMatchObject({
      status: 503,
      body: { checks: { kafka: 'not even a promise' } },
    })
  })

  it('waits no longer than a second for a check that hangs', async () => {
    const { get, clock } = house({
      checks: [works('kafka'), { name: 'redis', check: () => new Promise(() => {}) }],
    })
    const answer = get('/health/readiness')
    while (clock.waiting === 0) await new Promise((resolve) => setImmediate(resolve))
    clock.pass(1_000)
    expect(await answer).toMatchObject({
      status: 503,
      body: { failing: ['redis'], checks: { kafka: 'ok', redis: 'no answer within 1000 ms' } },
    })
  })

  it('asks once for probes that come at the same time, and again for the next', async () => {
    let asked = 0
    let answer = () => {}
    const check = () => {
      asked++
      return new Promise<void>((resolve) => {
        answer = resolve
      })
    }
    const { get } = house({ checks: [{ name: 'kafka', check }] })
    const probes = [get('/health/readiness'), get('/health/readiness')]
    while (asked === 0) await new Promise((resolve) => setImmediate(resolve))
    await get('/health/liveness')
    answer()
    expect((await Promise.all(probes)).map(({ status }) => status)).toEqual([200, 200])
    expect(asked).toBe(1)
    const next = get('/health/readiness')
    while (asked === 1) await new Promise((resolve) => setImmediate(resolve))
    answer()
    expect((await next).status).toBe(200)
  })
})

describe('/health/startup', () => {
  it('answers 503 until the program has started', async () => {
    let started = false
    const { get } = house({ isStarted: () => started })
    expect(await get('/health/startup')).toMatchObject({ status: 503, body: { status: 'starting' } })
    started = true
    expect(await get('/health/startup')).toMatchObject({ status: 200, body: { status: 'started' } })
  })
})

describe('/metrics', () => {
  it('answers in the Prometheus text format', async () => {
    const { server } = house({ meter: { ...silentMeter, exposition: async () => 'a_total 1\n' } })
    const answer = await server.inject('/metrics')
    expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(answer.body).toBe('a_total 1\n')
  })
})
