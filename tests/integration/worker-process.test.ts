// A worker as a process: what it does when it is asked to leave, and when it cannot be what it should.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { KafkaTransport } from '../../shared/adapters/kafka/kafka-transport.ts'
import { SystemClock } from '../../shared/adapters/system/system-clock.ts'
import { type Answer, parseAnswer } from '../../shared/events/answer.ts'
import { readyTopic } from '../../shared/events/topics.ts'
import { silentLogger } from '../../shared/ports/logger.ts'
import { silentMeter } from '../../shared/ports/meter.ts'
import { describeWithBrokers } from '../support/brokers/brokers.ts'
import type { HouseProcess } from '../support/house-process.ts'
import { realHouse } from '../support/real-house.ts'
import { readyEvent } from '../support/zone-bench.ts'

describeWithBrokers('a worker process', (brokers) => {
  const house = realHouse('worker', brokers, { WORKER_1_PROC_SEC: '3', LEASE_SECONDS: '60' })
  let wire: KafkaTransport
  beforeAll(() => {
    const surroundings = {
      clock: new SystemClock(),
      logger: silentLogger,
      meter: silentMeter,
      onFatal: () => {},
    }
    wire = new KafkaTransport({ brokers: [brokers.kafka], clientId: 'test' }, surroundings)
  })
  afterAll(() => wire.close())

  const announce = (id: string) =>
    wire.publish([
      {
        topic: readyTopic(house.topics, 'ingestion'),
        key: id,
        value: JSON.stringify(readyEvent({ id, run_id: 'drain' })),
      },
    ])

  const begins = (worker: HouseProcess) =>
    worker.until('begins nothing', async () => {
      const { text } = await worker.get('metrics')
      if (!text.includes('worker_in_flight{zone="ingestion"} 1')) throw new Error('nothing runs')
    })

  const answersOf = async (id: string) => {
    const answers: Answer[] = []
    await wire.scan(house.topics.loaded, undefined, ({ value }) => {
      const answer = parseAnswer(value?.toString() ?? '', 'loaded')
      if (answer.ok && answer.value.objectId === id) answers.push(answer.value)
    })
    return answers
  }

  it('finishes and answers what runs when it is asked to leave, and ends with 0', async () => {
    const worker = house.worker('ingestion')
    await worker.start()
    await announce('1001')
    await begins(worker)
    expect(await worker.kill('SIGTERM')).toEqual({ code: 0, signal: null })
    expect(await answersOf('1001')).toMatchObject([{ kind: 'loaded', runId: 'drain', attempt: 1 }])
  })

  it('gives back what it cannot finish in DRAIN_SECONDS, and a colleague loads it without waiting for the lease', async () => {
    const hasty = house.worker('ingestion', { DRAIN_SECONDS: '0', WORKER_1_PROC_SEC: '600' })
    await hasty.start()
    await announce('1002')
    await begins(hasty)
    expect(await hasty.kill('SIGTERM')).toEqual({ code: 0, signal: null })
    expect(await answersOf('1002')).toEqual([])
    const colleague = house.worker('ingestion', { WORKER_1_PROC_SEC: '0' })
    await colleague.start()
    await colleague.until(
      'does not answer',
      async () => {
        if ((await answersOf('1002')).length === 0) throw new Error('no answer')
      },
      30_000,
    )
    expect((await answersOf('1001')).length).toBe(1)
    await colleague.kill('SIGTERM')
  })

  it.each([
    ['WORKER_TYPE', { WORKER_TYPE: '' }],
    ['WORKER_LOADER=spark', { WORKER_LOADER: 'spark' }],
    ['MAX_WORKERS', { MAX_WORKERS: 'many' }],
    ['REDIS_URL', { REDIS_URL: '' }],
  ])('ends with 2 and names %s when that is wrong', async (named, env) => {
    const worker = house.worker('ingestion', env)
    worker.spawn()
    expect(await worker.ended).toEqual({ code: 2, signal: null })
    expect(worker.output()).toContain(named)
  })
})
