// Sends records that nobody can read, or that belong to nothing, and finds what became of them.

import type { MemoryBroker } from '../../shared/adapters/memory/memory-broker.ts'
import type { Random } from '../../shared/base/random.ts'
import { defaultTopics } from '../../shared/events/topics.ts'
import type { Letter, Poison } from './story.ts'
import type { Trace } from './trace.ts'

const { loaded, failed, ready, dlq } = defaultTopics

/** What is wrong with it, where it is sent, and what it says. */
const recipes: readonly (readonly [topic: string, value: (mark: string) => string])[] = [
  [loaded, (mark) => `{"no json" ${mark}`],
  [failed, (mark) => `["${mark}"]`],
  [loaded, (mark) => JSON.stringify({ run_id: 'run-0', info: mark })],
  [failed, (mark) => JSON.stringify({ id: 'o0', info: mark })],
  [loaded, (mark) => JSON.stringify({ id: 'o0', run_id: 'run-0', attempt: 'first', info: mark })],
  [loaded, (mark) => JSON.stringify({ id: 'o0', run_id: 'run-0', status: 'perhaps', info: mark })],
  [loaded, (mark) => JSON.stringify({ id: 'o0', run_id: 'nobody', attempt: 1, info: mark })],
  [failed, (mark) => JSON.stringify({ id: 'nobody', run_id: 'run-0', attempt: 1, info: mark })],
  [`${ready}.ingestion`, (mark) => `\u0000${mark}`],
  [`${ready}.standardization`, (mark) => JSON.stringify({ id: 'o0', run_id: 'run-0', zone: mark })],
  [`${ready}.application`, (mark) => JSON.stringify({ zone: '3-Application', run_id: 'run-0', name: mark })],
]

export class Poisoner {
  readonly sent: Poison[] = []
  readonly #broker: MemoryBroker
  readonly #random: Random
  readonly #trace: Trace

  constructor(broker: MemoryBroker, random: Random, trace: Trace) {
    this.#broker = broker
    this.#random = random
    this.#trace = trace
  }

  send(): void {
    const [topic, print] = recipes[Math.floor(this.#random() * recipes.length)] ?? [loaded, () => '']
    const key = `poison-${this.sent.length}`
    const value = print(key)
    const partition = this.#broker.partitionOf(key)
    const place = `${topic}/${partition}/${this.#broker.logs(topic)[partition]?.end}`
    this.#trace.note('poison', place)
    this.#broker.append([{ topic, key, value }])
    this.sent.push({ value, place })
  }

  /** The letters on the DLQ topic that say where they came from. */
  letters(): readonly Letter[] {
    const letters: Letter[] = []
    for (const log of this.#broker.logs(dlq)) {
      for (let offset = log.start; offset < log.end; offset++) {
        const { headers = {}, value = '' } = log.at(offset) ?? {}
        const { dlq_source_topic: topic, dlq_source_partition, dlq_source_offset } = headers
        if (topic === undefined) continue
        const place = `${topic}/${dlq_source_partition}/${dlq_source_offset}`
        const source = this.#broker.logs(topic)[Number(dlq_source_partition)]?.at(Number(dlq_source_offset))
        const sentAtMs = source?.timestampMs ?? Number.POSITIVE_INFINITY
        letters.push({ value: value.toString(), place, code: headers.dlq_code ?? '', sentAtMs })
      }
    }
    return letters
  }

  /** Whether everything that was sent has come to the DLQ topic. */
  isBuried(): boolean {
    if (this.sent.length === 0) return true
    const places = new Set(this.letters().map(({ place }) => place))
    return this.sent.every(({ place }) => places.has(place))
  }
}
