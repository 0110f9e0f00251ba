// Loaders behind breakers: each target for itself, told to whoever looks, and forgotten in time.

import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../../shared/adapters/memory/virtual-clock.ts'
import { PrometheusMeter } from '../../../../shared/adapters/system/prometheus-meter.ts'
import { Fault } from '../../../../shared/base/fault.ts'
import { TargetBreakers } from '../../../../workers/loaders/target-breakers.ts'
import type { Loader } from '../../../../workers/ports/loader.ts'
import { recordingLogger } from '../../../support/recording-logger.ts'
import { readyEvent } from '../../../support/zone-bench.ts'

const resetMs = 30_000
const never = new AbortController().signal

/** A zone whose loader calls the target that an object names, and fails where `isDown` says so. */
function bench(failures = 2) {
  const clock = new VirtualClock()
  const logger = recordingLogger()
  const meter = new PrometheusMeter()
  const parts = { zone: 'ingestion', failures, resetMs, clock, random: () => 0, logger, meter } as const
  const breakers = new TargetBreakers(parts)
  const down = new Set<unknown>()
  const calls: unknown[] = []
  const loader: Loader = {
    name: 'caller',
    target: ({ object }) => (typeof object.target === 'string' ? object.target : undefined),
    load: async ({ object }) => {
      calls.push(object.target)
      if (down.has(object.target)) throw new Fault('LOADER_FAILED', `${object.target} is down`)
      return { info: 'loaded' }
    },
  }
  const guarded = breakers.guarded(loader)
  /** What came of a load, once its breaker has heard of it. */
  const load = async (target?: string) => {
    const ready = readyEvent({ object: target === undefined ? {} : { target } })
    const outcome = await guarded.load(ready, { signal: never }).then(
      ({ info }) => info,
      (error: unknown) => (error instanceof Fault ? error.code : error),
    )
    await clock.advance(0)
    return outcome
  }
  /** The lines of /metrics about the state of breakers. */
  const states = async () =>
    (await meter.exposition()).split('\n').filter((line) => line.startsWith('worker_breaker_state{'))
  const transitions = async () =>
    (await meter.exposition()).split('\n').filter((line) => /^worker_breaker_transitions_total\{/.test(line))
  return { breakers, clock, logger, down, calls, loader, guarded, load, states, transitions }
}

describe('a loader behind breakers', () => {
  it('is not called while its target is left alone, and is when that time is over', async () => {
    const { clock, down, calls, load } = bench()
    down.add('a')
    expect([await load('a'), await load('a'), await load('a')]).toEqual([
      'LOADER_FAILED',
      'LOADER_FAILED',
      'TARGET_UNAVAILABLE',
    ])
    expect(calls).toHaveLength(2)
    down.delete('a')
    await clock.advance(resetMs)
    expect([await load('a'), await load('a')]).toEqual(['loaded', 'loaded'])
  })

  it('is called for every other target all the same, and for none', async () => {
    const { down, load } = bench()
    down.add('a').add(undefined)
    for (let round = 0; round < 5; round++) await load('a')
    expect(await load('b')).toBe('loaded')
    expect(await load('a')).toBe('TARGET_UNAVAILABLE')
    for (let round = 0; round < 5; round++) expect(await load()).toBe('LOADER_FAILED')
  })

  it('is the loader itself where nothing is to be guarded', () => {
    const { breakers, loader } = bench()
    const { target: _, ...without } = loader
    expect(breakers.guarded(without)).toBe(without)
    expect(bench(0).breakers.guarded(loader)).toBe(loader)
  })

  it('keeps its name and its targets', () => {
    const { guarded } = bench()
    expect(guarded.name).toBe('caller')
    expect(guarded.target?.(readyEvent({ object: { target: 'a' } }))).toBe('a')
  })

  it('may throw at once', async () => {
    const { breakers, clock, states } = bench(1)
    const rude: Loader = {
      name: 'rude',
      target: () => 'a',
      load: () => {
        throw new Error('no')
      },
    }
    await expect(breakers.guarded(rude).load(readyEvent(), { signal: never })).rejects.toThrow('no')
    await clock.advance(0)
    expect(await states()).toEqual(['worker_breaker_state{zone="ingestion",target="a"} 2'])
  })

  it.each([
    ['deadline', 'TARGET_UNAVAILABLE'],
    ['lease-lost', 'loaded'],
  ])('may hang and ignore its signal: with %s the next one is %s', async (reason, next) => {
    const { breakers, clock } = bench(1)
    let isFirst = true
    const deaf: Loader = {
      name: 'deaf',
      target: () => 'a',
      load: () => {
        if (!isFirst) return Promise.resolve({ info: 'loaded' })
        isFirst = false
        return new Promise(() => {})
      },
    }
    const over = new AbortController()
    void breakers.guarded(deaf).load(readyEvent(), { signal: over.signal })
    over.abort(new Error(reason))
    await clock.advance(0)
    const outcome = breakers.guarded(deaf).load(readyEvent(), { signal: never })
    expect(await outcome.then(({ info }) => info).catch(({ code }) => code)).toBe(next)
  })
})

describe('breakers', () => {
  it('show their states, and count and log their changes', async () => {
    const { clock, logger, down, load, states, transitions } = bench()
    down.add('a')
    await load('b')
    for (let round = 0; round < 3; round++) await load('a')
    expect(await states()).toEqual([
      'worker_breaker_state{zone="ingestion",target="b"} 0',
      'worker_breaker_state{zone="ingestion",target="a"} 2',
    ])
    await clock.advance(resetMs)
    down.clear()
    await load('a')
    expect(await states()).toContain('worker_breaker_state{zone="ingestion",target="a"} 0')
    expect(await transitions()).toEqual(
      ['open', 'half-open', 'closed'].map(
        (to) => `worker_breaker_transitions_total{zone="ingestion",to="${to}"} 1`,
      ),
    )
    expect(logger.lines).toEqual([
      {
        level: 'warn',
        message: 'a breaker is open',
        fields: { target: 'a', open_ms: resetMs, reason: 'a is down' },
      },
      {
        level: 'info',
        message: 'a breaker is half-open: one attempt tries the target',
        fields: { target: 'a' },
      },
      { level: 'info', message: 'a breaker is closed: the target answers', fields: { target: 'a' } },
    ])
  })

  it('show half-open while an attempt tries the target', async () => {
    const { breakers, clock, states } = bench(1)
    const calls: PromiseWithResolvers<{ info: string }>[] = []
    const slow: Loader = {
      name: 'slow',
      target: () => 'a',
      load: () => {
        const call = Promise.withResolvers<{ info: string }>()
        calls.push(call)
        return call.promise
      },
    }
    const load = () => breakers.guarded(slow).load(readyEvent(), { signal: never })
    const failed = expect(load()).rejects.toThrow('down')
    calls[0]?.reject(new Error('down'))
    await failed
    await clock.advance(resetMs)
    const tried = load()
    expect(await states()).toEqual(['worker_breaker_state{zone="ingestion",target="a"} 1'])
    calls[1]?.resolve({ info: '' })
    await tried
  })

  it('show no password of a target', async () => {
    const { load, states } = bench()
    await load('postgres://user:hunter2@db:5432/x')
    expect(await states()).toEqual([
      'worker_breaker_state{zone="ingestion",target="postgres://[redacted]@db:5432/x"} 0',
    ])
  })

  it('are forgotten when nobody asks for their target any more', async () => {
    const { clock, load, states } = bench()
    await load('a')
    await clock.advance(599_000)
    await load('b')
    await clock.advance(2_000)
    expect(await states()).toEqual(['worker_breaker_state{zone="ingestion",target="b"} 0'])
    await clock.advance(600_000)
    expect(await states()).toEqual([])
  })

  it('are a thousand at most, and those asked for last stay', async () => {
    const { load, states } = bench()
    for (let number = 0; number < 1_000; number++) await load(`t${number}`)
    await load('t0')
    await load('one more')
    const known = await states()
    expect(known).toHaveLength(1_000)
    expect(known.at(-1)).toContain('"one more"')
    expect(known.at(-2)).toContain('"t0"')
    expect(known.join()).not.toContain('"t1"')
  })
})
