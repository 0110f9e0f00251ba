// One record in a hundred is unreadable: each is in the DLQ topic with its reason and its place, and no healthy one is harmed.

import { setTimeout as pause } from 'node:timers/promises'
import { type Admin, Kafka, logLevel, type Producer } from 'kafkajs'
import { zones } from '../../../shared/base/layer.ts'
import { readyTopic } from '../../../shared/events/topics.ts'
import { Arena } from '../house/arena.ts'
import { chaosRun } from '../house/chaos-objects.ts'
import { openRun, toldRun, untilEnded } from '../house/open-run.ts'
import { judge } from '../oracle/judgement.ts'
import { atMost, type Finding, never, type ScenarioResult } from '../report/scenario-result.ts'
import { readLetters } from './dead-letters.ts'
import type { ScenarioWish } from './scenario.ts'

/** A run of N objects has N Ready events and N answers; for each 99 of them one poison. */
const healthyPerPoison = 99
const batches = 20
const runMs = 300_000
const buryMs = 60_000

interface Poison {
  /** `<topic>/<partition>@<offset>`. */
  readonly place: string
  readonly kind: string
}

export async function poison({ brokers, seed, isQuick, say }: ScenarioWish): Promise<ScenarioResult> {
  const startedAtMs = performance.now()
  const arena = await Arena.open({
    name: 'poison',
    brokers,
    orchestrators: 2,
    workersPerZone: 1,
    loaders: 32,
    leaseSeconds: 10,
  })
  const kafka = new Kafka({ brokers: [arena.kafka.bootstrap], logLevel: logLevel.NOTHING })
  const [producer, admin] = [kafka.producer(), kafka.admin()]
  try {
    await Promise.all([producer.connect(), admin.connect()])
    const count = isQuick ? 990 : 9_900
    const run = chaosRun({ runId: 'poison', count, seed, takesMs: isQuick ? [0, 50] : [0, 20] })
    await openRun(arena, run)
    const poisons = await poisoned(producer, topicsOf(arena), Math.round((2 * count) / healthyPerPoison))
    say(`${poisons.length} poison records among the events of ${count} objects`)
    await untilEnded(arena, run.runId, runMs)
    const letters = await untilBuried(arena, admin, poisons.length)
    const judgement = judge([await toldRun(arena, run)], arena.testimony(), arena.sink)
    return {
      scenario: 'poison',
      tookSeconds: (performance.now() - startedAtMs) / 1_000,
      findings: [
        ...buryFindings(poisons, letters),
        never('healthy objects lost', judgement.lost),
        never('wrong final states', [...judgement.wrong, ...judgement.early]),
        atMost('healthy loads done again', judgement.duplicates, 0),
      ],
      figures: {
        'healthy events': 2 * count,
        'poison records': poisons.length,
        'letters in the DLQ': letters.length,
      },
    }
  } finally {
    await Promise.all([producer.disconnect(), admin.disconnect()])
    await arena.close()
  }
}

function topicsOf({ house: { topics } }: Arena): readonly string[] {
  return [topics.loaded, topics.failed, ...zones.map((zone) => readyTopic(topics, zone))]
}

const kinds: Readonly<Record<string, string | Buffer | null>> = {
  'no JSON': 'status=loaded',
  'cut off': '{"event":"ObjectLoaded","id":"obj',
  nothing: '',
  tombstone: null,
  'a list': '[1,2,3]',
  'no id': '{"run_id":"poison","status":"loaded"}',
  'no run': '{"id":"object-1","status":"loaded"}',
  'no UTF-8': Buffer.from([0xff, 0xfe, 0x00, 0xd8]),
  compressed: Buffer.from('1f8b080000000000000003', 'hex'),
}

/** Sends them in batches while the run goes on; each one's place is known from the broker's acknowledgement. */
async function poisoned(
  producer: Producer,
  topics: readonly string[],
  count: number,
): Promise<readonly Poison[]> {
  const all = Object.entries(kinds)
  const poisons: Poison[] = []
  for (let index = 0; index < count; index++) {
    const [kind = '', value = null] = all[index % all.length] ?? []
    const topic = topics[index % topics.length] ?? ''
    const sent = await producer.send({ topic, acks: -1, messages: [{ key: `poison-${index}`, value }] })
    for (const { partition, baseOffset } of sent)
      poisons.push({ kind, place: `${topic}/${partition}@${baseOffset}` })
    if (index % Math.ceil(count / batches) === 0) await pause(50)
  }
  return poisons
}

/** Waits until as many letters lie there as were poisoned, and gives all that lie there then. */
async function untilBuried(arena: Arena, admin: Admin, count: number) {
  const deadlineMs = performance.now() + buryMs
  for (;;) {
    const letters = await readLetters(arena.kafka.bootstrap, admin, arena.house.topics.dlq)
    if (letters.length >= count || performance.now() > deadlineMs) return letters
    await pause(500)
  }
}

function buryFindings(
  poisons: readonly Poison[],
  letters: Awaited<ReturnType<typeof readLetters>>,
): readonly Finding[] {
  const places = letters.map(({ place }) => place)
  const buried = new Set(places)
  const known = new Set(poisons.map(({ place }) => place))
  return [
    never(
      'poison records that are not in the DLQ topic',
      poisons.filter(({ place }) => !buried.has(place)).map(({ place, kind }) => `${kind} at ${place}`),
    ),
    never(
      'letters without a reason',
      letters.filter(({ reason, code }) => !reason || code !== 'EVENT_UNREADABLE').map(({ place }) => place),
    ),
    never(
      'letters of what is no poison',
      places.filter((place) => !known.has(place)),
    ),
    never(
      'poison records that are there more than once',
      places.filter((place, index) => places.indexOf(place) !== index),
    ),
  ]
}
