// The promises of a zone's worker: nothing lost, nothing completed before it is published, one answer an attempt.

import { describe, expect, it } from 'vitest'
import { Fault } from '../../../../shared/base/fault.ts'
import { defaultTopics } from '../../../../shared/events/topics.ts'
import { gate, instantLoader, ZoneBench } from '../../../support/zone-bench.ts'

const ids = (count: number) => Array.from({ length: count }, (_, index) => `${1000 + index}`)

describe('a zone', () => {
  it('loads what is announced, answers once each, and moves the offsets on', async () => {
    const bench = new ZoneBench()
    const zone = bench.zone(instantLoader)
    await zone.start()
    await bench.announce(ids(50))
    await bench.clock.advance(1_000)
    const answers = await bench.answers()
    expect(answers.map(({ objectId }) => objectId).toSorted()).toEqual(ids(50))
    expect(answers.every(({ kind, attempt }) => kind === 'loaded' && attempt === 1)).toBe(true)
    expect(bench.unfinished()).toBe(0)
    await bench.stopped(zone)
  })

  it('runs at most as many loaders at a time as it has slots, and fills a slot that becomes free', async () => {
    const bench = new ZoneBench()
    const { loader, calls, open } = gate()
    const zone = bench.zone(loader, { maxWorkers: 3 })
    await zone.start()
    await bench.announce(ids(5))
    await bench.clock.advance(10)
    expect(calls).toHaveLength(3)
    open(calls[0]?.id ?? '')
    await bench.clock.advance(10)
    expect(calls).toHaveLength(4)
    await bench.stopped(zone)
  })

  it('gives each run its turn: the only object of one does not wait for all of another', async () => {
    const bench = new ZoneBench()
    const { loader, calls, open } = gate()
    const zone = bench.zone(loader, { maxWorkers: 1 })
    await zone.start()
    await bench.announce(ids(5), { run_id: 'stranger' })
    await bench.announce(['late'], { run_id: 'late' })
    await bench.clock.advance(10)
    open(calls[0]?.id ?? '')
    await bench.clock.advance(10)
    expect(calls).toHaveLength(2)
    expect(calls[1]?.id).toBe('late')
    await bench.stopped(zone)
  })

  it('says with its code why a loader failed', async () => {
    const bench = new ZoneBench()
    const load = async () => {
      throw new Fault('LOADER_REFUSED', 'no such table')
    }
    const zone = bench.zone({ name: 'broken', load })
    await zone.start()
    await bench.announce(['1001'])
    await bench.clock.advance(10)
    const error = { code: 'LOADER_REFUSED', retryable: false, detail: 'no such table' }
    expect(await bench.answers()).toMatchObject([{ kind: 'failed', objectId: '1001', error }])
    expect(await bench.records(defaultTopics.failed)).toHaveLength(1)
    await bench.stopped(zone)
  })
})
