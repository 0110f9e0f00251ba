// The meter in the text that Prometheus scrapes.

import { describe, expect, it } from 'vitest'
import { PrometheusMeter } from '../../../../../shared/adapters/system/prometheus-meter.ts'

describe('PrometheusMeter', () => {
  it('shows counters by their labels, and goes on counting after a scrape', async () => {
    const meter = new PrometheusMeter()
    const counter = meter.counter({ name: 'loaded_total', help: 'Loaded.', labels: ['zone', 'reason'] })
    counter.add(1, { zone: 'a', reason: 'x' })
    counter.add(2, { reason: 'x', zone: 'a' })
    counter.add(5, { zone: 'b', reason: 'x' })
    await meter.exposition()
    counter.add(4, { zone: 'a', reason: 'x' })
    const text = await meter.exposition()
    expect(text).toContain('# TYPE loaded_total counter')
    expect(text).toContain('# HELP loaded_total Loaded.')
    expect(text).toContain('loaded_total{zone="a",reason="x"} 7\n')
    expect(text).toContain('loaded_total{zone="b",reason="x"} 5\n')
  })

  it('shows a counter without labels as 0 before its first increment', async () => {
    const meter = new PrometheusMeter()
    meter.counter({ name: 'faults_total', help: 'Faults.' })
    expect(await meter.exposition()).toContain('faults_total 0\n')
  })

  it('shows the last value of a gauge', async () => {
    const meter = new PrometheusMeter()
    const gauge = meter.gauge({ name: 'waiting', help: 'Waiting.', labels: ['zone'] })
    gauge.set(3, { zone: 'a' })
    gauge.set(-1, { zone: 'a' })
    expect(await meter.exposition()).toContain('waiting{zone="a"} -1\n')
  })

  it('shows the buckets, sum and count of a histogram', async () => {
    const meter = new PrometheusMeter()
    const histogram = meter.histogram({
      name: 'took_seconds',
      help: 'T.',
      labels: ['zone'],
      buckets: [0.1, 1],
    })
    for (const value of [0.05, 0.5, 5]) histogram.observe(value, { zone: 'a' })
    const text = await meter.exposition()
    expect(text).toContain('took_seconds_bucket{le="0.1",zone="a"} 1\n')
    expect(text).toContain('took_seconds_bucket{le="1",zone="a"} 2\n')
    expect(text).toContain('took_seconds_bucket{le="+Inf",zone="a"} 3\n')
    expect(text).toContain('took_seconds_sum{zone="a"} 5.55\n')
    expect(text).toContain('took_seconds_count{zone="a"} 3\n')
  })

  it('looks values up at each scrape, from every reader, and forgets labels that none sets any more', async () => {
    const meter = new PrometheusMeter()
    const spec = { name: 'lag', help: 'Lag.', labels: ['topic'] }
    let topic = 'old'
    meter.observe(spec, (gauge) => gauge.set(1, { topic }))
    meter.observe(spec, (gauge) => gauge.set(2, { topic: 'other' }))
    expect(await meter.exposition()).toContain('lag{topic="old"} 1\n')
    topic = 'new'
    const text = await meter.exposition()
    expect(text).toContain('lag{topic="new"} 1\n')
    expect(text).toContain('lag{topic="other"} 2\n')
    expect(text).not.toContain('old')
  })

  it('leaves out what cannot be read, and shows everything else', async () => {
    const meter = new PrometheusMeter()
    meter.observe({ name: 'broken', help: 'B.' }, () => {
      throw new Error('no')
    })
    meter.observe({ name: 'whole', help: 'W.' }, (gauge) => gauge.set(1))
    const text = await meter.exposition()
    expect(text).toContain('whole 1\n')
    expect(text).not.toMatch(/^broken /m)
  })

  it('gives the same instrument to whom asks again, and refuses another one of that name', () => {
    const meter = new PrometheusMeter()
    const counter = meter.counter({ name: 'a_total', help: 'A.', labels: ['zone'] })
    expect(meter.counter({ name: 'a_total', help: 'A.', labels: ['zone'] })).toBe(counter)
    expect(() => meter.gauge({ name: 'a_total', help: 'A.', labels: ['zone'] })).toThrow('is a counter')
    expect(() => meter.counter({ name: 'a_total', help: 'A.' })).toThrow('with labels [zone]')
  })

  it('refuses labels that were not announced, and a counter that shrinks', () => {
    const counter = new PrometheusMeter().counter({ name: 'a_total', help: 'A.', labels: ['zone'] })
    expect(() => counter.add(1)).toThrow('labels')
    expect(() => counter.add(1, { zone: 'a', tenant: 't' })).toThrow('labels')
    expect(() => counter.add(-1, { zone: 'a' })).toThrow('only grows')
  })

  it('keeps two meters apart', async () => {
    const [first, second] = [new PrometheusMeter(), new PrometheusMeter()]
    first.counter({ name: 'a_total', help: 'A.' }).add(1)
    second.counter({ name: 'a_total', help: 'A.' }).add(2)
    expect(await first.exposition()).toContain('a_total 1\n')
    expect(await second.exposition()).toContain('a_total 2\n')
  })
})
