// Dead letters on real Kafka and Redis, with processes of the house: listed, tried again, and their runs end anew.

import { afterAll, beforeAll, expect, it } from 'vitest'
import type { DeadLetterResource } from '../../shared/api/dead-letter-resource.ts'
import { describeWithBrokers } from '../support/brokers/brokers.ts'
import { millefeuille } from '../support/command-line.ts'
import type { HouseProcess } from '../support/house-process.ts'
import { KafkaHouse } from '../support/kafka-house.ts'
import { clientOf, factsOf, realHouse } from '../support/real-house.ts'

const raw = ['1001', '1002', '1003']
const objects = [
  ...raw.map((id) => ({ id, zone: '1-Raw' })),
  { id: '2001', zone: '2-Standardized', parents: raw },
  { id: '3001', zone: '3-Application', parents: ['2001'] },
]
const quick = { WORKER_1_PROC_SEC: '0', WORKER_2_PROC_SEC: '0', WORKER_3_PROC_SEC: '0' }

describeWithBrokers('the dead letters of a house', (brokers) => {
  const house = realHouse('dead-letters', brokers, { MAX_RETRIES: '0', ...quick })
  const wire = new KafkaHouse(brokers.kafka)
  const orchestrator = house.orchestrator()
  const broken = house.worker('ingestion', { WORKER_FAIL_RATE: '1' })
  const mended = house.worker('ingestion')
  const others: readonly HouseProcess[] = [house.worker('standardization'), house.worker('application')]
  beforeAll(() => Promise.all([orchestrator, broken, ...others].map((program) => program.start())))
  afterAll(() => wire.close())

  const dlq = (...args: readonly string[]) =>
    millefeuille(['dlq', ...args], { env: { ORCHESTRATOR_URL: orchestrator.url } })
  const listed = async (...args: readonly string[]) => {
    const { json } = await dlq('list', '--json', ...args)
    return json().entries as readonly DeadLetterResource[]
  }
  /** What is listed, once there are so many. */
  const untilListed = async (count: number, ...args: readonly string[]) => {
    let entries: readonly DeadLetterResource[] = []
    await orchestrator.until(`does not list ${count} dead letters`, async () => {
      entries = await listed(...args)
      if (entries.length !== count) throw new Error(`${entries.length} are listed`)
    })
    return entries
  }

  it('are what fails for good; a canary that fails again keeps the others from it', async () => {
    const client = clientOf(orchestrator)
    expect(await client.openRun({ objects, run_id: 'r', all: true })).toMatchObject({ ok: true })
    expect((await factsOf(client, 'r')).at(-1)).toMatchObject({ state: 'failed', counts: { blocked: 2 } })
    const letters = await untilListed(3)
    expect(letters.map(({ object_id }) => object_id).sort()).toEqual(raw)
    for (const letter of letters)
      expect(letter).toMatchObject({
        kind: 'object',
        state: 'open',
        category: 'loader',
        code: 'LOADER_FAILED',
      })

    const { code, out, err } = await dlq('retry', '--all', '--yes')
    expect([code, out]).toEqual([3, '1 dead letter tried again, 2 untouched'])
    expect(err).toContain('simulated: bad luck')
    const again = await untilListed(3)
    expect(again.map(({ attempts }) => attempts).sort()).toEqual([1, 1, 2])
    const [canary] = await untilListed(1, '--state', 'retried')
    const failedAgain = again.find(({ attempts }) => attempts === 2)
    expect([canary?.retried_as, failedAgain?.retry_of]).toEqual([failedAgain?.id, canary?.id])
  })

  it('are loaded as new attempts once their zone is mended, and their run ends anew with all that hung below', async () => {
    await broken.kill('SIGTERM')
    await mended.start()
    const { code, out } = await dlq('retry', '--all', '--yes', '-m', 'mended')
    expect([code, out]).toEqual([0, '3 dead letters tried again'])

    const facts = await factsOf(clientOf(orchestrator), 'r')
    const ends = facts.flatMap((fact) => (fact.type === 'run-ended' ? [fact.state] : []))
    expect(ends.at(-1)).toBe('succeeded')
    // It ends as often as nothing is left that can start: once, after the first canary, and perhaps between these.
    expect(ends.slice(0, -1)).toEqual(expect.arrayContaining(['failed', 'failed']))
    expect(new Set(ends.slice(0, -1))).toEqual(new Set(['failed']))
    const loads = facts.flatMap((fact) =>
      fact.type === 'object-loaded' ? [[fact.object_id, fact.attempt]] : [],
    )
    expect(loads.map(([id]) => id).sort()).toEqual([...raw, '2001', '3001'])
    expect(
      loads
        .filter(([id]) => raw.includes(`${id}`))
        .map(([, attempt]) => attempt)
        .sort(),
    ).toEqual([2, 2, 3])
    expect(await untilListed(0)).toEqual([])
    const retried = await untilListed(4, '--state', 'retried')
    expect(retried.map(({ resolved }) => resolved?.reason)).toEqual(
      expect.arrayContaining(['mended', 'mended', 'mended', null]),
    )
  })

  it('are records that nobody can read, each once; one that is sent again comes back as a new one', async () => {
    const poison = { topic: house.topics.loaded, key: 'k', value: '{"id": 7}', headers: { of: 'a stranger' } }
    await wire.client().publish([poison])
    const [letter] = (await untilListed(1)) as [DeadLetterResource]
    expect(letter).toMatchObject({
      ...{ kind: 'record', category: 'unreadable', message: 'no run_id', retry_of: null },
      source: { topic: house.topics.loaded },
    })
    expect((await dlq('show', letter.id)).out).toContain('event\n  {\n    "id": 7\n  }')

    expect(await dlq('retry', letter.id)).toMatchObject({ code: 0, out: '1 dead letter tried again' })
    let back: DeadLetterResource | undefined
    await orchestrator.until('does not bury it again', async () => {
      back = (await listed()).find(({ retry_of }) => retry_of === letter.id)
      if (back === undefined) throw new Error('it is not back')
    })
    expect(back).toMatchObject({ kind: 'record', state: 'open', message: 'no run_id' })
    expect(back?.source).not.toEqual(letter.source)
    expect(await untilListed(1, '--state', 'retried', '--category', 'unreadable')).toMatchObject([
      { id: letter.id },
    ])
    expect(await dlq('discard', back?.id ?? '')).toMatchObject({ code: 0, out: '1 dead letter discarded' })
    expect(await untilListed(0)).toEqual([])
  })
})
