// Attempts that nobody wants any more: loaders are told to give up, nothing is answered, and nothing comes again.

import { describe, expect, it } from 'vitest'
import { PrometheusMeter } from '../../../../shared/adapters/system/prometheus-meter.ts'
import { gate, instantLoader, ZoneBench } from '../../../support/zone-bench.ts'

const key = { runId: 'run-1', objectId: '1001', attempt: 1 }

async function begun(meter = new PrometheusMeter()) {
  const bench = new ZoneBench()
  const { loader, calls, open, fail } = gate()
  const zone = bench.zone(loader, { meter, leaseMs: 10_000 })
  await zone.start()
  await bench.announce(['1001'])
  await bench.clock.advance(1_000)
  return { bench, zone, calls, open, fail, meter }
}

describe('an attempt that is revoked', () => {
  it('reaches its loader within two seconds, is not answered, and does not come again', async () => {
    const { bench, zone, calls, fail, meter } = await begun()
    await bench.ledger.revoke([key])
    await bench.clock.advance(2_000)
    expect(calls.map(({ signal }) => signal.aborted)).toEqual([true])
    fail('1001', new Error('told to give up'))
    await bench.clock.advance(60_000)
    expect([await bench.answers(), bench.unfinished(), calls.length]).toEqual([[], 0, 1])
    expect(await meter.exposition()).toContain('worker_attempts_total{zone="ingestion",outcome="revoked"} 1')
    await bench.stopped(zone)
  })

  it('is answered when its loader finishes in spite of that', async () => {
    const { bench, zone, open } = await begun()
    await bench.ledger.revoke([key])
    await bench.clock.advance(2_000)
    open('1001')
    await bench.clock.advance(10)
    expect(await bench.answers()).toMatchObject([{ kind: 'loaded', objectId: '1001', attempt: 1 }])
    expect(bench.unfinished()).toBe(0)
    await bench.stopped(zone)
  })

  it('loses its slot when its loader ignores the signal, and is not answered then either', async () => {
    const { bench, zone } = await begun()
    await bench.ledger.revoke([key])
    await bench.clock.advance(20_000)
    expect([await bench.answers(), bench.unfinished()]).toEqual([[], 0])
    await bench.stopped(zone)
  })

  it('is not begun', async () => {
    const bench = new ZoneBench()
    const meter = new PrometheusMeter()
    await bench.ledger.revoke([key])
    const zone = bench.zone(instantLoader, { meter })
    await zone.start()
    await bench.announce(['1001', '1002'])
    await bench.clock.advance(1_000)
    expect(await bench.answers()).toMatchObject([{ objectId: '1002' }])
    expect(bench.unfinished()).toBe(0)
    expect(await meter.exposition()).toContain('worker_claims_total{zone="ingestion",kind="revoked"} 1')
    await bench.stopped(zone)
  })
})

describe('an attempt that is superseded', () => {
  const overtaken = { kind: 'failed', attempt: 1, error: { code: 'ATTEMPT_LOST', retryable: true } }

  it('is not begun, and said to be lost, each time it comes, and whoever has begun it may still finish it', async () => {
    const bench = new ZoneBench()
    const { loader, calls } = gate()
    await bench.ledger.claim([{ ...key, attempt: 2 }], 'another', 60_000)
    const zone = bench.zone(loader)
    await zone.start()
    for (const answers of [[overtaken], [overtaken, overtaken]]) {
      await bench.announce(['1001'])
      await bench.clock.advance(1_000)
      expect(await bench.answers()).toMatchObject(answers)
    }
    expect([bench.unfinished(), calls.length]).toEqual([0, 0])
    expect(await bench.ledger.finish([{ key, answer: 'x' }], 60_000)).toEqual(['x'])
    await bench.stopped(zone)
  })

  it('is taken from its loader, and said to be lost', async () => {
    const { bench, zone, calls, fail } = await begun()
    await bench.ledger.claim([{ ...key, attempt: 2 }], 'another', 60_000)
    await bench.clock.advance(2_000)
    expect(calls.map(({ signal }) => signal.aborted)).toEqual([true])
    fail('1001', new Error('told to give up'))
    await bench.clock.advance(1_000)
    expect(await bench.answers()).toMatchObject([overtaken])
    expect([bench.unfinished(), calls.length]).toEqual([0, 1])
    await bench.stopped(zone)
  })
})

it('enters a lease again after the ledger has lost everything, with the next renewal', async () => {
  const { bench, zone, open } = await begun()
  bench.ledger.lose()
  expect(await bench.ledger.holders([key])).toEqual([{ kind: 'free' }])
  await bench.clock.advance(2_000)
  expect(await bench.ledger.holders([key])).toMatchObject([{ kind: 'held', owner: 'worker-0' }])
  open('1001')
  await bench.clock.advance(10)
  expect(await bench.answers()).toMatchObject([{ kind: 'loaded' }])
  await bench.stopped(zone)
})
