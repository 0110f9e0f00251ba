// How far the groups of the house have come with what they read, and which answers they have come past.

import type { MemoryBroker } from '../../shared/adapters/memory/memory-broker.ts'
import type { MemoryRecord } from '../../shared/adapters/memory/memory-log.ts'
import { isJsonObject, parseJson } from '../../shared/base/json.ts'
import { zones } from '../../shared/base/layer.ts'
import { defaultTopics, readyTopic } from '../../shared/events/topics.ts'
import type { ReceivedAnswer } from './story.ts'

const answerTopics = [defaultTopics.loaded, defaultTopics.failed]
const groups: readonly (readonly [group: string, topic: string])[] = [
  ...answerTopics.map((topic) => ['orchestrator', topic] as const),
  ...zones.map((zone) => [`zone.${zone}`, readyTopic(defaultTopics, zone)] as const),
]

export class ReadingProgress {
  readonly #broker: MemoryBroker

  constructor(broker: MemoryBroker) {
    this.#broker = broker
  }

  /** Whether every group has said of every record that it is done with it. */
  isAllRead(): boolean {
    return groups.every(([group, topic]) =>
      this.#broker
        .logs(topic)
        .every(({ end }, partition) => this.#broker.positionOf(group, topic, partition) >= end),
    )
  }

  /** The answers that the orchestrators are done with, as far as they say which attempt they belong to. */
  answers(): readonly ReceivedAnswer[] {
    return answerTopics.flatMap((topic) =>
      this.#broker.logs(topic).flatMap((log, partition) => {
        const end = this.#broker.positionOf('orchestrator', topic, partition)
        const offsets = Array.from({ length: end - log.start }, (_, index) => log.start + index)
        return offsets.flatMap((offset) => answerIn(log.at(offset)))
      }),
    )
  }
}

function answerIn(record: MemoryRecord | undefined): readonly ReceivedAnswer[] {
  const event = parseJson(record?.value.toString() ?? '')
  if (!isJsonObject(event) || event.attempt === undefined || event.attempt === null) return []
  const { run_id, id, attempt, status, error } = event
  const code = isJsonObject(error) && typeof error.code === 'string' ? error.code : undefined
  // Nobody has worked on that one: there is nothing to keep.
  if (code === 'ATTEMPT_LOST') return []
  const name = { runId: String(run_id), objectId: String(id), attempt: Number(attempt) }
  const said = { status: String(status), ...(code === undefined ? {} : { code }) }
  return [{ ...name, ...said, sentAtMs: record?.timestampMs ?? Number.POSITIVE_INFINITY }]
}
