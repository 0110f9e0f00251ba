// A zone is put together out of the environment and given adapters, and loads.

import { describe, expect, it } from 'vitest'
import { zones } from '../../../shared/base/layer.ts'
import type { FailedAnswer } from '../../../shared/events/answer.ts'
import { readyTopic } from '../../../shared/events/topics.ts'
import { silentLogger } from '../../../shared/ports/logger.ts'
import { silentMeter } from '../../../shared/ports/meter.ts'
import { createZone } from '../../../workers/build-zone.ts'
import { workerConfig } from '../../../workers/config.ts'
import { readyEvent, ZoneBench } from '../../support/zone-bench.ts'

const quick = { WORKER_1_PROC_SEC: '0', WORKER_2_PROC_SEC: '0', WORKER_3_PROC_SEC: '0' }

function made(env: Readonly<Record<string, string>> = {}) {
  const bench = new ZoneBench()
  const config = workerConfig({ ...quick, ...env })
  const { clock, ledger, register } = bench
  const parts = {
    config,
    clock,
    ledger,
    register,
    random: () => 0.5,
    logger: silentLogger,
    meter: silentMeter,
  }
  const zone = (name: (typeof zones)[number], fetch?: typeof globalThis.fetch) =>
    createZone({
      ...parts,
      zone: name,
      owner: 'o',
      transport: bench.transport(),
      ...(fetch === undefined ? {} : { fetch }),
    })
  return { bench, config, zone }
}

describe('createZone', () => {
  it.each(zones)('makes the %s zone, which simulates what names no loader', async (name) => {
    const { bench, config, zone } = made()
    const worker = zone(name)
    await worker.start()
    const value = JSON.stringify(readyEvent({ object: { URL: 'https://example.org/docs' } }))
    await bench.transport().publish([{ topic: readyTopic(config.topics, name), key: 'k', value }])
    await bench.clock.advance(10)
    expect(await bench.answers()).toMatchObject([{ kind: 'loaded', info: 'simulated in 0 ms' }])
    await bench.stopped(worker)
  })

  it('calls the URL of an object that names the http loader', async () => {
    const { bench, zone } = made()
    const worker = zone('ingestion', async () => new Response('abc'))
    await worker.start()
    await bench.announce(['1001'], { object: { url: 'https://example.org/x', loader: 'http' } })
    await bench.clock.runUntil(() => bench.unfinished() === 0, 1_000)
    expect(await bench.answers()).toMatchObject([{ kind: 'loaded', result: { status: 200, bytes: 3 } }])
    await bench.stopped(worker)
  })

  it('answers that a loader is not there, which no retry helps', async () => {
    const { bench, zone } = made()
    const worker = zone('ingestion')
    await worker.start()
    await bench.announce(['1001'], { object: { loader: 'spark' } })
    await bench.clock.advance(10)
    const error = { code: 'NO_LOADER', retryable: false, detail: expect.stringContaining('"spark"') }
    expect(await bench.answers()).toMatchObject([{ kind: 'failed', error }])
    await bench.stopped(worker)
  })

  it('joins the group of its zone, whose prefix can be changed', async () => {
    const { bench, zone } = made({ WORKER_GROUP: 'blue' })
    const worker = zone('ingestion')
    await worker.start()
    await bench.announce(['1001'])
    await bench.clock.advance(10)
    expect(bench.unfinished()).toBe(1)
    expect(bench.unfinished('blue.ingestion')).toBe(0)
    await bench.stopped(worker)
  })

  it('leaves a service alone that lets attempts time out, and says until when', async () => {
    const { bench, zone } = made({ BREAKER_FAILURES: '2', MAX_WORKERS: '1' })
    const worker = zone('ingestion', () => new Promise(() => {}))
    await worker.start()
    const object = { url: 'https://example.org:8443/x', loader: 'http' }
    await bench.announce(['1001', '1002', '1003'], { object, timeout_ms: 1_000 })
    await bench.clock.runUntil(() => bench.unfinished() === 0, 60_000)
    const answers = await bench.answers()
    expect(answers.map((answer) => answer.kind === 'failed' && answer.error.code)).toEqual([
      'ATTEMPT_TIMED_OUT',
      'ATTEMPT_TIMED_OUT',
      'TARGET_UNAVAILABLE',
    ])
    const detail = expect.stringContaining('the breaker of https://example.org:8443 is open until')
    expect(answers[2]).toMatchObject({ error: { retryable: true, detail } })
    const { error } = answers[2] as FailedAnswer
    expect(error.retry_after_ms).toBeGreaterThan(20_000)
    await bench.stopped(worker)
  })

  it('goes on calling it where BREAKER_FAILURES is 0', async () => {
    const { bench, zone } = made({ BREAKER_FAILURES: '0' })
    const worker = zone('ingestion', async () => new Response(null, { status: 503 }))
    await worker.start()
    const ids = Array.from({ length: 20 }, (_, index) => `${1001 + index}`)
    await bench.announce(ids, { object: { url: 'https://example.org/x', loader: 'http' } })
    await bench.clock.runUntil(() => bench.unfinished() === 0, 1_000)
    const codes = (await bench.answers()).map((answer) => answer.kind === 'failed' && answer.error.code)
    expect(new Set(codes)).toEqual(new Set(['LOADER_FAILED']))
    await bench.stopped(worker)
  })

  it('refuses a WORKER_LOADER that the zone does not have', () => {
    const { zone } = made({ WORKER_LOADER: 'spark' })
    expect(() => zone('application')).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }))
  })
})
