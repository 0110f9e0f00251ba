// Answers go to the conductor and are completed when they are settled; what nobody can use goes to the DLQ topic.

import { beforeEach, describe, expect, it } from 'vitest'
import { AnswerIntake } from '../../../../orchestrator/services/answer-intake.ts'
import type { Work } from '../../../../orchestrator/services/live-runs.ts'
import { MemoryBroker } from '../../../../shared/adapters/memory/memory-broker.ts'
import { MemoryTransport } from '../../../../shared/adapters/memory/memory-transport.ts'
import { VirtualClock } from '../../../../shared/adapters/memory/virtual-clock.ts'
import { Fault, type FaultCode } from '../../../../shared/base/fault.ts'
import type { Answer } from '../../../../shared/events/answer.ts'
import { defaultTopics } from '../../../../shared/events/topics.ts'
import type { ScannedRecord, Transport } from '../../../../shared/ports/transport.ts'
import { type RecordingLogger, recordingLogger } from '../../../support/recording-logger.ts'
import { Strikes } from '../../../support/strikes.ts'
import { transportWith } from '../../../support/zone-bench.ts'

const group = 'orchestrator'

let clock: VirtualClock
let broker: MemoryBroker
let wire: MemoryTransport
let publish: Strikes
let logger: RecordingLogger
let works: { runId: string; work: Work }[]
let received: Answer[]
let intake: AnswerIntake

beforeEach(async () => {
  clock = new VirtualClock()
  broker = new MemoryBroker({ clock, partitions: 1 })
  wire = new MemoryTransport(broker)
  publish = new Strikes()
  logger = recordingLogger()
  works = []
  received = []
  intake = newIntake()
  await intake.start()
})

function newIntake(changes: Partial<Transport> = {}): AnswerIntake {
  const real = new MemoryTransport(broker)
  return new AnswerIntake({
    transport: transportWith(real, {
      publish: (records) => publish.call(() => real.publish(records)),
      ...changes,
    }),
    conductor: { submit: (runId: string, work: Work) => void works.push({ runId, work }) } as never,
    topics: defaultTopics,
    group,
    clock,
    random: () => 0.5,
    logger,
    received: (answer) => void received.push(answer),
  })
}

async function send(value: string, topic = defaultTopics.loaded): Promise<void> {
  await wire.publish([{ topic, key: 'run-1', value, headers: { traceparent: 'abc' } }])
  await clock.advance(0)
}

const answer = (fields: object = {}) => JSON.stringify({ id: 1001, run_id: 'run-1', ...fields })
const committed = (topic = defaultTopics.loaded) => broker.positionOf(group, topic, 0)

async function letters(): Promise<readonly ScannedRecord[]> {
  const found: ScannedRecord[] = []
  await wire.scan(defaultTopics.dlq, undefined, (record) => void found.push(record))
  return found
}

describe('an answer', () => {
  it('is handed to the conductor under its run, and counted', async () => {
    await send(answer({ attempt: 2, result: { rows: 3 } }))
    await send(answer({ error: { code: 'NO_DISK' } }), defaultTopics.failed)
    expect(works.map(({ runId, work }) => [runId, work.input.kind])).toEqual([
      ['run-1', 'loaded'],
      ['run-1', 'failed'],
    ])
    expect(received).toMatchObject([
      { objectId: '1001', attempt: 2, result: { rows: 3 } },
      { error: { code: 'NO_DISK' } },
    ])
  })

  it('is completed when it is settled and not before', async () => {
    await send(answer())
    expect(committed()).toBe(0)
    works[0]?.work.settle([])
    await clock.advance(0)
    expect(committed()).toBe(1)
    expect(await letters()).toEqual([])
  })

  it('counts as failed on the failed topic whatever its status says', async () => {
    await send(answer({ status: 'loaded' }), defaultTopics.failed)
    expect(works[0]?.work.input.kind).toBe('failed')
  })

  it.each<FaultCode>(['RUN_UNKNOWN', 'OBJECT_UNKNOWN', 'RUN_CORRUPT', 'PLAN_MISSING'])(
    'that is refused with %s goes to the DLQ topic and is completed',
    async (code) => {
      await send(answer())
      works[0]?.work.refuse(new Fault(code, 'the reason'))
      await clock.advance(0)
      expect(await letters()).toMatchObject([
        {
          key: 'run-1',
          value: Buffer.from(answer()),
          headers: {
            dlq_code: code,
            dlq_reason: 'the reason',
            dlq_source_topic: defaultTopics.loaded,
            dlq_source_partition: '0',
            dlq_source_offset: '0',
            traceparent: 'abc',
          },
        },
      ])
      expect(committed()).toBe(1)
      expect(logger.lines).toMatchObject([{ level: 'warn', fields: { code, offset: '0' } }])
    },
  )

  it('that is refused because the replica stops stays for whoever gets it next', async () => {
    await send(answer())
    works[0]?.work.refuse(new Fault('SHUTTING_DOWN', 'stopping'))
    await intake.stop()
    expect([committed(), (await letters()).length]).toEqual([0, 0])
    intake = newIntake()
    await intake.start()
    await clock.advance(0)
    expect(works).toHaveLength(2)
  })
})

describe('a record that is no answer', () => {
  it.each([
    ['no JSON', 'not a JSON object'],
    ['', 'not a JSON object'],
    ['[1]', 'not a JSON object'],
    ['{"run_id":"r"}', 'no id'],
    ['{"id":1}', 'no run_id'],
    ['{"id":1,"run_id":"r","status":"odd"}', 'status'],
  ])(
    '(%s) goes to the DLQ topic byte for byte with its place, and what follows is taken',
    async (value, reason) => {
      await send(answer())
      await send(value)
      await send(answer())
      expect(await letters()).toMatchObject([
        {
          value: Buffer.from(value),
          headers: {
            dlq_code: 'EVENT_UNREADABLE',
            dlq_reason: expect.stringContaining(reason),
            dlq_source_topic: defaultTopics.loaded,
            dlq_source_offset: '1',
          },
        },
      ])
      expect([works.length, received.length]).toEqual([2, 2])
      for (const { work } of works) work.settle([])
      expect(committed()).toBe(3)
    },
  )

  it('is completed only once its letter is out, however long that takes', async () => {
    publish.begin('TRANSPORT_UNAVAILABLE')
    await send('no JSON')
    await clock.advance(3_600_000)
    expect(committed()).toBe(0)
    publish.end()
    await clock.advance(10_000)
    expect([committed(), (await letters()).length]).toEqual([1, 1])
  })

  it('is dropped with an error in the log when the broker refuses its letter, and holds up nothing', async () => {
    publish.begin('TRANSPORT_REFUSED')
    await send('no JSON')
    await clock.advance(0)
    expect([committed(), (await letters()).length]).toEqual([1, 0])
    const place = { topic: defaultTopics.loaded, partition: '0', offset: '0', code: 'EVENT_UNREADABLE' }
    expect(logger.lines.filter(({ level }) => level === 'error')).toMatchObject([{ fields: place }])
  })

  it('is buried at least once when the reply of the broker is lost', async () => {
    publish.after(1, 'TRANSPORT_UNAVAILABLE')
    await send('no JSON')
    await clock.advance(10_000)
    expect([committed(), (await letters()).length]).toEqual([1, 2])
  })

  it('comes again when the replica stops before its letter is out', async () => {
    publish.begin('TRANSPORT_UNAVAILABLE')
    await send('no JSON')
    await intake.stop()
    await clock.advance(60_000)
    expect([committed(), clock.waiting]).toEqual([0, 0])
    publish.end()
    await newIntake().start()
    await clock.advance(0)
    expect([committed(), (await letters()).length]).toEqual([1, 1])
  })
})

describe('a stop', () => {
  it('completes no record whose letter is not out, also when leaving the group takes its time', async () => {
    let completed = 0
    const delivery = {
      topic: defaultTopics.loaded,
      partition: 0,
      offset: '7',
      key: null,
      value: null,
      headers: {},
      timestampMs: 0,
      isCurrent: () => true,
      complete: () => {
        completed++
      },
    }
    const leaving = Promise.withResolvers<void>()
    const consumer = { pause: () => {}, stop: () => leaving.promise, isJoined: () => true, lag: () => [] }
    publish.begin('TRANSPORT_UNAVAILABLE')
    const slow = newIntake({
      subscribe: async ({ receive }) => {
        receive([delivery])
        return consumer
      },
    })
    await slow.start()
    await clock.advance(1_000)
    const stop = slow.stop()
    await clock.advance(1_000)
    expect(completed).toBe(0)
    leaving.resolve()
    await stop
  })
})

describe('the intake', () => {
  it('takes no more once paused, and still completes what is in flight', async () => {
    await send(answer())
    intake.pause()
    await send(answer())
    expect(works).toHaveLength(1)
    works[0]?.work.settle([])
    expect(committed()).toBe(1)
    await intake.stop()
    expect(committed()).toBe(1)
  })

  it('says whether it has joined its group, and how far it is behind', async () => {
    expect(intake.isJoined()).toBe(true)
    await send(answer())
    expect(intake.lag().find(({ topic }) => topic === defaultTopics.loaded)).toMatchObject({ records: 1 })
    await intake.stop()
    expect([intake.isJoined(), intake.lag()]).toEqual([false, []])
  })

  it('may be stopped and paused before it is started, and started twice', async () => {
    const other = newIntake()
    other.pause()
    await other.stop()
    await intake.start()
    await send(answer())
    expect(works).toHaveLength(1)
  })
})
