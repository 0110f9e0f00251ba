// The dead letter queue over a topic: read again only from where it stopped, and acted upon once.

import { beforeEach, describe, expect, it } from 'vitest'
import { objectResolution } from '../../../../orchestrator/core/dlq/letter-resolution.ts'
import { DeadLetterDesk } from '../../../../orchestrator/services/dead-letter-desk.ts'
import { MemoryBroker } from '../../../../shared/adapters/memory/memory-broker.ts'
import { MemoryTransport } from '../../../../shared/adapters/memory/memory-transport.ts'
import { VirtualClock } from '../../../../shared/adapters/memory/virtual-clock.ts'
import { Fault } from '../../../../shared/base/fault.ts'
import { deadLetter, type Unreadable } from '../../../../shared/events/dead-letter.ts'
import { maxRecordBytes } from '../../../../shared/events/event-record.ts'
import { defaultTopics } from '../../../../shared/events/topics.ts'
import type { OutgoingRecord, ScannedRecord } from '../../../../shared/ports/transport.ts'
import { recordingLogger } from '../../../support/recording-logger.ts'

const hand = { by: 'ada', reason: 'mended' }
const { dlq, loaded } = defaultTopics

let clock: VirtualClock
let transport: MemoryTransport
let logger: ReturnType<typeof recordingLogger>
beforeEach(() => {
  clock = new VirtualClock()
  transport = new MemoryTransport(new MemoryBroker({ clock, partitions: 2, keep: new Set([dlq, loaded]) }))
  logger = recordingLogger()
})

/** A desk where no run is kept any more, unless `changes` says otherwise. */
function deskOf(changes: Partial<ConstructorParameters<typeof DeadLetterDesk>[0]> = {}): DeadLetterDesk {
  const conductor: ConstructorParameters<typeof DeadLetterDesk>[0]['conductor'] = {
    submit: (_, { refuse }) => refuse(new Fault('RUN_UNKNOWN', 'no longer kept')),
    look: async () => undefined,
  }
  return new DeadLetterDesk({ transport, conductor, topics: defaultTopics, clock, logger, ...changes })
}

function poison(offset: string, more: Partial<Unreadable> = {}): OutgoingRecord {
  const record = {
    topic: loaded,
    partition: 1,
    offset,
    key: 'k',
    value: Buffer.from('{'),
    headers: { h: '1' },
  }
  return deadLetter(dlq, { ...record, ...more }, new Fault('EVENT_UNREADABLE', 'not a JSON object'))
}

function letter(objectId: string, attempt = 1): OutgoingRecord {
  const error = {
    code: 'LOADER_FAILED',
    retryable: true,
    detail: 'no '.repeat(400),
    stack: 'at read (a.ts:1:1)',
  }
  const json = {
    status: 'failed',
    id: objectId,
    run_id: 'r',
    attempt,
    version: attempt,
    last_at_ms: attempt,
    error,
  }
  return { topic: dlq, key: 'r', value: JSON.stringify(json) }
}

async function standing(topic: string): Promise<readonly ScannedRecord[]> {
  const found: ScannedRecord[] = []
  await transport.scan(topic, undefined, (record) => found.push(record))
  return found
}

async function onlyEntry(desk: DeadLetterDesk) {
  const [entry, ...others] = await desk.list({ state: 'all' })
  if (entry === undefined || others.length > 0) throw new Error(`${others.length + 1} entries or none`)
  return entry
}

describe('a record that nobody could read', () => {
  it('is sent to where it came from as it was, and its letter is closed', async () => {
    await transport.publish([poison('7')])
    const desk = deskOf()
    const { id } = await onlyEntry(desk)
    const outcome = await desk.act(id, 'retry', hand)
    expect(outcome).toMatchObject({ changed: true, message: `record ${loaded}/1/7 is sent again` })
    const [again] = await standing(loaded)
    expect(again).toMatchObject({ key: 'k', value: Buffer.from('{'), headers: { h: '1', dlq_retry_of: id } })
    expect(again?.headers).not.toHaveProperty('dlq_source_topic')
    expect(await onlyEntry(desk)).toMatchObject({
      state: 'retried',
      resolved: { by: 'ada', reason: 'mended' },
    })
    expect(await desk.act(id, 'retry', hand)).toMatchObject({
      changed: false,
      message: `${id} is retried already`,
    })
    expect(await standing(loaded)).toHaveLength(1)
    expect(logger.messages('info')).toEqual([`record ${loaded}/1/7 is sent again`])
  })

  it('is a new entry that names the old one when it cannot be read again', async () => {
    await transport.publish([poison('7')])
    const desk = deskOf()
    const { id } = await onlyEntry(desk)
    await desk.act(id, 'retry', hand)
    const [again] = (await standing(loaded)) as [ScannedRecord]
    await transport.publish([poison('8', { headers: again.headers })])
    const [open, ...none] = await desk.list({})
    expect(open).toMatchObject({ retryOf: id, state: 'open', source: { offset: '8' } })
    expect(none).toEqual([])
    expect(await desk.act(id, 'retry', hand)).toMatchObject({
      changed: false,
      message: `${id} is retried already, and came back as ${open?.id}`,
    })
  })

  it('may be sent again after it was discarded', async () => {
    await transport.publish([poison('7')])
    const desk = deskOf()
    const { id } = await onlyEntry(desk)
    expect(await desk.act(id, 'discard', hand)).toMatchObject({ changed: true })
    expect(await desk.act(id, 'discard', hand)).toMatchObject({ changed: false })
    expect(await standing(loaded)).toEqual([])
    expect(await desk.act(id, 'retry', hand)).toMatchObject({ changed: true })
    expect(await onlyEntry(desk)).toMatchObject({ state: 'retried' })
  })

  it.each([
    ['was cut', { value: Buffer.alloc(2 * maxRecordBytes, 'x') }, 'was too large to be kept whole'],
    ['says that it came from a topic of somebody else', { topic: 'payments' }, 'is from topic payments'],
    ['says that it came from the dead letters', { topic: dlq }, `is from topic ${dlq}`],
  ])('that %s is not sent, and can be discarded', async (_, more, why) => {
    await transport.publish([poison('7', more)])
    const desk = deskOf()
    const { id } = await onlyEntry(desk)
    const outcome = await desk.act(id, 'retry', hand)
    expect(outcome).toMatchObject({ changed: false, message: expect.stringContaining(why) })
    expect([await standing('payments'), await standing(loaded)]).toEqual([[], []])
    expect(await desk.act(id, 'discard', hand)).toMatchObject({ changed: true })
    expect(await desk.list({})).toEqual([])
  })
})

describe('the letter of an object', () => {
  it('is shown with what no list has', async () => {
    await transport.publish([letter('1001')])
    const desk = deskOf()
    const { id, message } = await onlyEntry(desk)
    const shown = await desk.show(id)
    expect(shown).toMatchObject({ id, stack: 'at read (a.ts:1:1)', event: { id: '1001', run_id: 'r' } })
    expect([message.length, shown.message.length]).toEqual([501, 1_200])
  })

  it('whose run is gone is not retried, with what to do instead, and can be discarded', async () => {
    await transport.publish([letter('1001')])
    const desk = deskOf()
    const { id } = await onlyEntry(desk)
    expect(await desk.act(id, 'retry', hand)).toMatchObject({
      changed: false,
      message: 'run r is no longer kept: open a new one, or discard the letter',
    })
    expect(await desk.act(id, 'discard', hand)).toMatchObject({ changed: true })
    expect(await onlyEntry(desk)).toMatchObject({ state: 'discarded', resolved: { by: 'ada' } })
  })

  it('is not retried for the letter after it, also when it was discarded', async () => {
    const discarded = { resolved: 'discarded', by: 'ada', atMs: 1, version: 1 } as const
    await transport.publish([
      letter('1001'),
      objectResolution(dlq, { runId: 'r', objectId: '1001' }, discarded),
      letter('1001', 2),
    ])
    const desk = deskOf()
    const [again, first] = await desk.list({ state: 'all' })
    expect(await desk.act(first?.id ?? '', 'retry', hand)).toMatchObject({
      changed: false,
      message: `${first?.id} is discarded already, and failed again as ${again?.id}`,
    })
  })

  it('rejects with what keeps its run from being decided, and stays open', async () => {
    await transport.publish([letter('1001')])
    const fault = new Fault('STORE_UNAVAILABLE', 'no Redis')
    const desk = deskOf({
      conductor: { submit: (_, { refuse }) => refuse(fault), look: async () => undefined },
    })
    const { id } = await onlyEntry(desk)
    await expect(desk.act(id, 'discard', hand)).rejects.toBe(fault)
    expect(await onlyEntry(desk)).toMatchObject({ state: 'open' })
  })
})

describe('the list', () => {
  it('is the newest first, and goes on where it stopped', async () => {
    const starts: (number | undefined)[] = []
    const scanned: Pick<MemoryTransport, 'scan' | 'publish'> = {
      publish: (records) => transport.publish(records),
      scan: (topic, key, visit, from) => {
        starts.push([...(from?.values() ?? [])].reduce((sum, each) => sum + each, 0))
        return transport.scan(topic, key, visit, from)
      },
    }
    const desk = deskOf({ transport: scanned })
    await transport.publish([letter('1001', 1), letter('1002', 5)])
    const ids = async () => (await desk.list({})).map(({ objectId }) => objectId)
    expect(await ids()).toEqual(['1002', '1001'])
    const done = { resolved: 'skipped', by: 'bob', atMs: 1, version: 2 } as const
    await transport.publish([
      objectResolution(dlq, { runId: 'r', objectId: '1001' }, done),
      letter('1003', 3),
    ])
    expect(await ids()).toEqual(['1002', '1003'])
    expect(await ids()).toEqual(['1002', '1003'])
    expect(starts).toEqual([0, 2, 4])
  })

  it('is the same when the transport gives everything again', async () => {
    const whole: Pick<MemoryTransport, 'scan' | 'publish'> = {
      publish: (records) => transport.publish(records),
      scan: (topic, key, visit) => transport.scan(topic, key, visit),
    }
    await transport.publish([letter('1001'), poison('7')])
    const desk = deskOf({ transport: whole })
    const first = await desk.list({})
    expect(await desk.list({})).toEqual(first)
    expect(first).toHaveLength(2)
  })

  it('forgets a letter that the topic holds no more as soon as somebody asks for it', async () => {
    const gone: Pick<MemoryTransport, 'scan' | 'publish'> = {
      publish: (records) => transport.publish(records),
      scan: (topic, key, visit, from) => {
        const isAsked = from !== undefined && from.size > 0
        return transport.scan(topic, key, isAsked ? () => {} : visit)
      },
    }
    await transport.publish([letter('1001')])
    const desk = deskOf({ transport: gone })
    const { id } = await onlyEntry(desk)
    await expect(desk.show(id)).rejects.toMatchObject({ code: 'LETTER_UNKNOWN' })
    expect(await desk.list({ state: 'all' })).toEqual([])
    await expect(desk.act(id, 'retry', hand)).rejects.toMatchObject({ code: 'LETTER_UNKNOWN' })
  })
})
