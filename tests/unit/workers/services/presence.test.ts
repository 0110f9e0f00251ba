// A worker says that it is alive for as long as it is, and takes it back when it leaves.

import { describe, expect, it } from 'vitest'
import { Fault } from '../../../../shared/base/fault.ts'
import type { ZoneRegister } from '../../../../workers/ports/zone-register.ts'
import { recordingLogger } from '../../../support/recording-logger.ts'
import { gate, instantLoader, ZoneBench } from '../../../support/zone-bench.ts'

describe('a zone that is started', () => {
  it('is alive with what it can do and what it does, until it is stopped', async () => {
    const bench = new ZoneBench()
    const { loader, open } = gate()
    const zone = bench.zone(loader, { maxWorkers: 3 })
    await zone.start()
    await bench.announce(['1001'])
    await bench.clock.advance(100_000)
    const [worker] = await bench.register.workers()
    const said = { zone: 'ingestion', owner: 'worker-0', version: '1.2.3', capacity: 3, running: 1 }
    expect(worker).toMatchObject(said)
    expect(bench.clock.nowMs() - (worker?.seenAtMs ?? 0)).toBeLessThanOrEqual(3_000)
    const stop = zone.stop()
    await bench.clock.advance(10)
    // It still drains, and takes nothing new.
    expect(await bench.register.workers()).toEqual([])
    open('1001')
    await bench.clock.advance(10_000)
    await stop
    expect([await bench.register.workers(), bench.clock.waiting]).toEqual([[], 0])
  })

  it('is alive again after the register has lost everything', async () => {
    const bench = new ZoneBench()
    const zone = bench.zone(instantLoader)
    await zone.start()
    bench.register.lose()
    await bench.clock.advance(3_000)
    expect(await bench.register.workers()).toHaveLength(1)
    await bench.stopped(zone)
  })

  it('is not alive for longer than ten seconds after it died without a word', async () => {
    const bench = new ZoneBench()
    await bench.register.announce(
      { zone: 'ingestion', owner: 'dead', version: '1', capacity: 1, running: 0 },
      10_000,
    )
    await bench.clock.advance(10_000)
    expect(await bench.register.workers()).toEqual([])
  })

  it('works, and leaves, while the register does not answer', async () => {
    const bench = new ZoneBench()
    const logger = recordingLogger()
    const away = async () => {
      throw new Fault('STORE_UNAVAILABLE', 'away')
    }
    const zone = bench.zone(instantLoader, { logger, register: { announce: away, withdraw: away } })
    await zone.start()
    await bench.announce(['1001'])
    await bench.clock.advance(10_000)
    expect(await bench.answers()).toHaveLength(1)
    await bench.stopped(zone)
    expect(new Set(logger.messages('warn'))).toEqual(
      new Set(['cannot say that a worker is alive, trying again', 'cannot say that a worker leaves']),
    )
    expect(bench.clock.waiting).toBe(0)
  })

  it('waits a second at most for a register that is silent', async () => {
    const bench = new ZoneBench()
    const silent: ZoneRegister = { announce: () => new Promise(() => {}), withdraw: async () => {} }
    const zone = bench.zone(instantLoader, { register: silent })
    await zone.start()
    let isStopped = false
    void zone.stop().then(() => {
      isStopped = true
    })
    await bench.clock.advance(1_100)
    expect(isStopped).toBe(true)
  })
})
