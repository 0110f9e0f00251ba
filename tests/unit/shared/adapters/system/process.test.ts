// Signals, run ids and process metrics of a real process.

import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { ProcessMetrics } from '../../../../../shared/adapters/system/process-metrics.ts'
import { onStopSignal } from '../../../../../shared/adapters/system/process-signals.ts'
import { PrometheusMeter } from '../../../../../shared/adapters/system/prometheus-meter.ts'
import { randomRunId, systemRandom } from '../../../../../shared/adapters/system/random-ids.ts'

class FakeProcess extends EventEmitter {
  readonly exits: number[] = []
  exit(code: number) {
    this.exits.push(code)
  }
}

describe('onStopSignal', () => {
  it('asks to stop once, at the first signal, and says which', () => {
    const source = new FakeProcess()
    const asked: string[] = []
    onStopSignal((signal) => asked.push(signal), source)
    source.emit('SIGTERM', 'SIGTERM')
    expect(asked).toEqual(['SIGTERM'])
    expect(source.exits).toEqual([])
  })

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('ends the process at a second signal, %s, with %d', (signal, code) => {
    const source = new FakeProcess()
    const asked: string[] = []
    onStopSignal((first) => asked.push(first), source)
    source.emit('SIGINT', 'SIGINT')
    source.emit(signal, signal)
    expect(asked).toEqual(['SIGINT'])
    expect(source.exits).toEqual([code])
  })

  it('listens no more once told so', () => {
    const source = new FakeProcess()
    onStopSignal(() => {}, source)()
    expect(source.listenerCount('SIGTERM') + source.listenerCount('SIGINT')).toBe(0)
  })
})

describe('ProcessMetrics', () => {
  it('shows delay of the event loop, memory and processor time', async () => {
    const meter = new PrometheusMeter()
    const metrics = new ProcessMetrics(meter)
    await metrics.start()
    await turnsOfTheLoop(meter, 'quantile="1"')
    const text = await meter.exposition()
    await metrics.stop()
    for (const name of ['resident_memory_bytes', 'heap_used_bytes', 'cpu_seconds', 'uptime_seconds']) {
      expect(text).toMatch(new RegExp(`^process_${name} \\d*\\.?\\d*[1-9]`, 'm'))
    }
  })

  it('says how long the event loop was blocked', async () => {
    const meter = new PrometheusMeter()
    const metrics = new ProcessMetrics(meter)
    await metrics.start()
    // The monitor measures from its second sample on, so one block would not be enough.
    for (const _ of [1, 2, 3]) {
      const untilMs = performance.now() + 40
      while (performance.now() < untilMs);
      await new Promise((resolve) => setImmediate(resolve))
    }
    const text = await turnsOfTheLoop(meter, 'quantile="1"')
    await metrics.stop()
    const longest = /event_loop_delay_seconds\{quantile="1"\} ([\d.e-]+)/.exec(text)?.[1]
    expect(Number(longest)).toBeGreaterThan(0.02)
  })

  async function turnsOfTheLoop(meter: PrometheusMeter, until: string): Promise<string> {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve))
      const text = await meter.exposition()
      if (text.includes(until)) return text
    }
  }
})

describe('randomRunId', () => {
  it('sorts by the time it was made, and never repeats', () => {
    const ids = Array.from({ length: 1_000 }, randomRunId)
    expect(new Set(ids).size).toBe(1_000)
    expect(
      ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)),
    ).toBe(true)
    const madeAtMs = (id: string) => Number.parseInt(id.replace('-', '').slice(0, 12), 16)
    expect(Math.abs(madeAtMs(ids[0] ?? '') - Date.now())).toBeLessThan(60_000)
    const millis = ids.map(madeAtMs)
    expect(millis).toEqual([...millis].sort((a, b) => a - b))
  })
})

describe('systemRandom', () => {
  it('lies in [0, 1) and changes', () => {
    const drawn = Array.from({ length: 100 }, systemRandom)
    expect(drawn.every((value) => value >= 0 && value < 1)).toBe(true)
    expect(new Set(drawn).size).toBeGreaterThan(90)
  })
})
