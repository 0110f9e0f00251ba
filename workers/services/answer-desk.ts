// Marks answers as done, publishes them, and only then completes what asked for them.

import type { Fault } from '../../shared/base/fault.ts'
import { isJsonObject, parseJson } from '../../shared/base/json.ts'
import type { Zone } from '../../shared/base/layer.ts'
import type { Random } from '../../shared/base/random.ts'
import { cloudEventHeaders } from '../../shared/events/cloud-event.ts'
import { deadLetter } from '../../shared/events/dead-letter.ts'
import type { FailedEvent } from '../../shared/events/failed.ts'
import type { LoadedEvent } from '../../shared/events/loaded.ts'
import type { Topics } from '../../shared/events/topics.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import type { Delivery, OutgoingRecord, Transport } from '../../shared/ports/transport.ts'
import { buryRecord } from '../../shared/service/bury-record.ts'
import { insist } from '../../shared/service/insist.ts'
import type { AttemptLedger } from '../ports/attempt-ledger.ts'
import { BatchLoop } from './batch-loop.ts'
import { GivenAnswers } from './given-answers.ts'
import type { Work } from './work.ts'

export interface DeskParts {
  readonly zone: Zone
  readonly topics: Topics
  readonly transport: Transport
  readonly ledger: AttemptLedger
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly keepMs: number
  /** Aborted when nobody waits for the answers any more: what is not published then comes again. */
  readonly signal: AbortSignal
  /** Called after each batch of published records, with the attempts they ended. */
  readonly published: (works: readonly Work[]) => void
  /** Called when a part of the desk has nothing left to do. */
  readonly rested: () => void
}

interface Answered {
  readonly work: Work
  readonly answer: string
}

interface Outgoing {
  readonly record: OutgoingRecord
  readonly work: Work
}

/** Most answers in one call of the ledger or the transport: answers may have 64 KiB each. */
const batchAnswers = 500

export class AnswerDesk {
  readonly #parts: DeskParts
  readonly #marking: BatchLoop<Answered>
  readonly #publishing: BatchLoop<Outgoing>
  readonly #given = new GivenAnswers()
  /** Dead letters on their way: they go by themselves, so that a DLQ topic in trouble holds up no answer. */
  #burials = 0

  constructor(parts: DeskParts) {
    this.#parts = parts
    this.#marking = new BatchLoop(batchAnswers, (batch) => this.#mark(batch), parts.rested)
    this.#publishing = new BatchLoop(batchAnswers, (batch) => this.#publish(batch), parts.rested)
  }

  /** An attempt has ended here. */
  answer(work: Work, event: LoadedEvent | FailedEvent): void {
    this.#marking.push({ work, answer: JSON.stringify(event) })
  }

  /** An attempt had ended before: says again what was said then. */
  repeat(work: Work, answer: string): void {
    this.#publishing.push({ record: this.#recordOf(work, answer), work })
  }

  /**
   * Whether the attempt was answered here before, although the ledger does not know of it any more: it is marked again,
   * and answered with the same.
   */
  answeredBefore(work: Work): boolean {
    const answer = this.#given.of(work)
    if (answer !== undefined) this.#marking.push({ work, answer })
    return answer !== undefined
  }

  /** A record that nobody can read goes to the DLQ topic. */
  bury(delivery: Delivery, fault: Fault): void {
    const { topics, transport, rested } = this.#parts
    this.#burials++
    void buryRecord(transport, deadLetter(topics.dlq, delivery, fault), this.#parts).then((outcome) => {
      if (outcome !== 'stopped') delivery.complete()
      this.#burials--
      rested()
    })
  }

  isIdle(): boolean {
    return this.#marking.isIdle() && this.#publishing.isIdle() && this.#burials === 0
  }

  async #mark(batch: readonly Answered[]): Promise<void> {
    const finished = batch.map(({ work, answer }) => ({ key: work.key, answer }))
    const { ledger, keepMs } = this.#parts
    const standing = await this.#insist('mark attempts as done', () => ledger.finish(finished, keepMs))
    if (standing === 'stopped') return
    for (const [index, { work, answer }] of batch.entries()) this.#stands(work, standing[index] ?? answer)
  }

  #stands(work: Work, answer: string): void {
    this.#given.remember(work, answer)
    this.repeat(work, answer)
  }

  async #publish(batch: readonly Outgoing[]): Promise<void> {
    const records = batch.map(({ record }) => record)
    const heard = batch.map(({ work }) => work.deliveries.length)
    const outcome = await this.#insist('publish answers', () => this.#parts.transport.publish(records))
    if (outcome === 'stopped') return
    this.#parts.published(
      batch.filter((outgoing, index) => this.#complete(outgoing, heard[index])).map(workOf),
    )
  }

  /**
   * Whether all that asked for the answer is complete. Who asked while it was on its way may ask because of a decision
   * that was made after the answer had been heard and was of no use: he is answered anew.
   */
  #complete(outgoing: Outgoing, heard: number | undefined): boolean {
    const { deliveries } = outgoing.work
    for (const delivery of deliveries.splice(0, heard)) delivery.complete()
    if (deliveries.length > 0) this.#publishing.push(outgoing)
    return deliveries.length === 0
  }

  #insist<Outcome>(what: string, action: () => Promise<Outcome>): Promise<Outcome | 'stopped'> {
    return insist(what, action, { ...this.#parts, worthwhile: () => true })
  }

  #recordOf(work: Work, answer: string): OutgoingRecord {
    const { topics, zone, clock } = this.#parts
    const failed = hasFailed(answer)
    const headers = cloudEventHeaders({
      type: failed ? 'ObjectFailed' : 'ObjectLoaded',
      source: `millefeuille/worker/${zone}`,
      ...work.key,
      atMs: clock.nowMs(),
      traceparent: work.traceparent,
    })
    return { topic: failed ? topics.failed : topics.loaded, key: work.key.runId, value: answer, headers }
  }
}

function workOf({ work }: Outgoing): Work {
  return work
}

/** Our own print begins like this; what an older version kept is parsed. */
const loadedPrefix = '{"event":"ObjectLoaded"'

function hasFailed(answer: string): boolean {
  if (answer.startsWith(loadedPrefix)) return false
  const event = parseJson(answer)
  return isJsonObject(event) && event.status === 'failed'
}
