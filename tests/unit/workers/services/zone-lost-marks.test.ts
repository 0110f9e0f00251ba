// What a worker has answered, and a ledger that does not know of it any more.

import { describe, expect, it } from 'vitest'
import { PrometheusMeter } from '../../../../shared/adapters/system/prometheus-meter.ts'
import { gate, instantLoader, ledgerWith, ZoneBench } from '../../../support/zone-bench.ts'

async function answered() {
  const bench = new ZoneBench()
  const { loader, calls, open } = gate()
  const meter = new PrometheusMeter()
  const zone = bench.zone(loader, { meter })
  await zone.start()
  await bench.announce(['1001'], { ts: 100 })
  await bench.clock.advance(10)
  open('1001')
  await bench.clock.advance(10)
  return { bench, zone, calls, open, meter }
}

describe('an attempt whose mark was lost after it had been answered', () => {
  it('is answered with the same, and not loaded again', async () => {
    const { bench, zone, calls, meter } = await answered()
    bench.ledger.lose()
    await bench.announce(['1001'], { ts: 100 })
    await bench.clock.advance(1_000)
    const answer = { kind: 'loaded', objectId: '1001', attempt: 1, info: 'loaded 1001' }
    expect([await bench.answers(), calls.length, bench.unfinished()]).toMatchObject([[answer, answer], 1, 0])
    expect(await meter.exposition()).toContain('worker_attempts_total{zone="ingestion",outcome="repeated"} 1')
    await bench.stopped(zone)
  })

  it('has its mark again then, so that no other worker loads it either', async () => {
    const { bench, zone } = await answered()
    bench.ledger.lose()
    await bench.announce(['1001'], { ts: 100 })
    await bench.clock.advance(1_000)
    const key = { runId: 'run-1', objectId: '1001', attempt: 1 }
    expect(await bench.ledger.claim([key], 'another', 1_000)).toMatchObject([{ kind: 'done' }])
    await bench.stopped(zone)
  })

  it('is loaded when it is announced at another time: it is another attempt of the same names', async () => {
    const { bench, zone, calls, open } = await answered()
    bench.ledger.lose()
    await bench.announce(['1001'], { ts: 200 })
    await bench.clock.advance(10)
    open('1001')
    await bench.clock.advance(10)
    expect([(await bench.answers()).length, calls.length]).toEqual([2, 2])
    await bench.stopped(zone)
  })

  it('is answered with what another worker has said meanwhile', async () => {
    const { bench, zone, calls } = await answered()
    bench.ledger.lose()
    const key = { runId: 'run-1', objectId: '1001', attempt: 1 }
    await bench.ledger.finish(
      [
        {
          key,
          answer:
            '{"event":"ObjectLoaded","id":"1001","run_id":"run-1","attempt":1,"status":"loaded","info":"by another"}',
        },
      ],
      60_000,
    )
    await bench.announce(['1001'], { ts: 100 })
    await bench.clock.advance(1_000)
    expect([(await bench.answers()).at(-1), calls.length]).toMatchObject([{ info: 'by another' }, 1])
    await bench.stopped(zone)
  })

  it('is marked again as soon as the ledger can be reached', async () => {
    const bench = new ZoneBench()
    let isAway = false
    const finish: typeof bench.ledger.finish = async (finished, keepMs) => {
      if (isAway) throw new Error('the ledger is away')
      return bench.ledger.finish(finished, keepMs)
    }
    const zone = bench.zone(instantLoader, { ledger: ledgerWith(bench.ledger, { finish }) })
    await zone.start()
    await bench.announce(['1001'])
    await bench.clock.advance(1_000)
    bench.ledger.lose()
    isAway = true
    await bench.announce(['1001'])
    await bench.clock.advance(1_000)
    expect([(await bench.answers()).length, bench.unfinished()]).toEqual([1, 1])
    isAway = false
    await bench.clock.advance(60_000)
    expect([(await bench.answers()).length, bench.unfinished()]).toEqual([2, 0])
    await bench.stopped(zone)
  })
})
