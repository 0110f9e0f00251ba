// Receives what the zones answer and hands it to the conductor; what cannot be understood goes to the DLQ topic.

import type { Fault } from '../../shared/base/fault.ts'
import type { Random } from '../../shared/base/random.ts'
import { type Answer, answerFault, parseAnswer } from '../../shared/events/answer.ts'
import { deadLetter } from '../../shared/events/dead-letter.ts'
import type { Topics } from '../../shared/events/topics.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import type { Consumer, Delivery, Transport } from '../../shared/ports/transport.ts'
import { buryRecord } from '../../shared/service/bury-record.ts'
import type { Service } from '../../shared/service/service.ts'
import type { Conductor } from './conductor.ts'

export interface AnswerIntakeParts {
  readonly transport: Transport
  readonly conductor: Conductor
  readonly topics: Topics
  readonly group: string
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  /** Told of every answer that was understood: metrics hang on it. */
  readonly received: (answer: Answer) => void
}

/** Answers fetched and not yet settled, at most (plus one fetch). */
const maxInFlight = 20_000

export class AnswerIntake implements Service {
  readonly name = 'answer intake'
  readonly #parts: AnswerIntakeParts
  readonly #stopping = new AbortController()
  #consumer: Consumer | undefined

  constructor(parts: AnswerIntakeParts) {
    this.#parts = parts
  }

  async start(): Promise<void> {
    const { transport, topics, group } = this.#parts
    this.#consumer ??= await transport.subscribe({
      group,
      topics: [topics.loaded, topics.failed],
      maxInFlight,
      receive: (deliveries) => {
        for (const delivery of deliveries) this.#receive(delivery)
      },
    })
  }

  /** Takes no more answers; those in flight may still be settled until `stop`. */
  pause(): void {
    this.#consumer?.pause()
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#consumer?.stop()
    this.#consumer = undefined
  }

  isJoined(): boolean {
    return this.#consumer?.isJoined() ?? false
  }

  lag(): ReturnType<Consumer['lag']> {
    return this.#consumer?.lag() ?? []
  }

  #receive(delivery: Delivery): void {
    const kind = delivery.topic === this.#parts.topics.failed ? 'failed' : 'loaded'
    const text = delivery.value?.toString('utf8') ?? ''
    const answer = parseAnswer(text, kind)
    if (!answer.ok) return this.#bury(delivery, answerFault(text, answer.reason))
    this.#parts.received(answer.value)
    this.#parts.conductor.submit(answer.value.runId, {
      input: answer.value,
      settle: () => delivery.complete(),
      refuse: (fault) => this.#refused(delivery, fault),
    })
  }

  // A stopping replica leaves the answer to whoever gets it next; anything else would come back for ever.
  #refused(delivery: Delivery, fault: Fault): void {
    if (fault.code !== 'SHUTTING_DOWN') this.#bury(delivery, fault)
  }

  #bury(delivery: Delivery, fault: Fault): void {
    const { transport, topics, logger } = this.#parts
    const place = { topic: delivery.topic, partition: delivery.partition, offset: delivery.offset }
    logger.warn('an answer goes to the DLQ topic', { ...place, code: fault.code, error: fault.message })
    const letter = deadLetter(topics.dlq, delivery, fault)
    const burial = { ...this.#parts, signal: this.#stopping.signal }
    void buryRecord(transport, letter, burial).then((outcome) => {
      if (outcome !== 'stopped') delivery.complete()
    })
  }
}
