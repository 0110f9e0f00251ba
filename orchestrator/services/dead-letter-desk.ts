// What is done about dead letters: looked at, tried again, or put aside.

import { Fault } from '../../shared/base/fault.ts'
import type { Topics } from '../../shared/events/topics.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import type { OutgoingRecord, Transport } from '../../shared/ports/transport.ts'
import { answersFilter, type DeadLetterEntry, type LetterFilter } from '../core/dlq/dead-letter-entry.ts'
import { recordResolution } from '../core/dlq/letter-resolution.ts'
import type { ByHand, RunFact } from '../core/run/run-fact.ts'
import type { Conductor } from './conductor.ts'
import { DeadLetterReader } from './dead-letter-reader.ts'

export interface DeadLetterDeskParts {
  readonly transport: Pick<Transport, 'scan' | 'publish'>
  readonly conductor: Pick<Conductor, 'submit'>
  readonly topics: Topics
  readonly clock: Clock
  readonly logger: Logger
}

export type LetterAction = 'retry' | 'discard'

export interface LetterOutcome {
  readonly entry: DeadLetterEntry
  readonly changed: boolean
  /** What is true now, for people. */
  readonly message: string
}

export class DeadLetterDesk {
  readonly #parts: DeadLetterDeskParts
  readonly #reader: DeadLetterReader

  constructor(parts: DeadLetterDeskParts) {
    this.#parts = parts
    this.#reader = new DeadLetterReader(parts.transport, parts.topics.dlq)
  }

  /** The newest first. Rejects with TRANSPORT_UNAVAILABLE. */
  async list(filter: LetterFilter): Promise<readonly DeadLetterEntry[]> {
    const fold = await this.#reader.read()
    const found = [...fold.entries()].filter((entry) => answersFilter(entry, filter))
    return found.sort((a, b) => (b.lastAtMs ?? 0) - (a.lastAtMs ?? 0))
  }

  /** Rejects with LETTER_UNKNOWN or TRANSPORT_UNAVAILABLE. */
  async get(id: string): Promise<DeadLetterEntry> {
    const entry = (await this.#reader.read()).get(id)
    if (entry === undefined)
      throw new Fault('LETTER_UNKNOWN', `there is no dead letter ${id}, or it is no longer kept`)
    return entry
  }

  /**
   * A failed object is tried again as a new attempt of its run; an unreadable record is sent once more to where it
   * came from. What is not open any more is left alone. Rejects as `get`, and with a retryable Fault: then it may
   * have happened, and is safe to ask for again.
   */
  async act(id: string, action: LetterAction, by: ByHand): Promise<LetterOutcome> {
    const entry = await this.get(id)
    if (entry.state !== 'open') return { entry, changed: false, message: `${id} is ${entry.state} already` }
    const outcome =
      entry.kind === 'object'
        ? await this.#ofObject(entry, action, by)
        : await this.#ofRecord(entry, action, by)
    if (outcome.changed)
      this.#parts.logger.info(outcome.message, {
        letter: id,
        run_id: entry.runId,
        object_id: entry.objectId,
        ...by,
      })
    return outcome
  }

  async #ofObject(entry: DeadLetterEntry, action: LetterAction, by: ByHand): Promise<LetterOutcome> {
    const { runId = '', objectId = '' } = entry
    const type = action === 'retry' ? 'object-retried' : 'object-discarded'
    const facts = await this.#decide(runId, { kind: action, objectId, ...by })
    if (facts === 'unknown')
      return {
        entry,
        changed: false,
        message: `run ${runId} is no longer kept: open a new one, or discard the letter`,
      }
    const isDone = facts.some((fact) => fact.type === type && fact.object_id === objectId)
    const done =
      action === 'retry'
        ? `object ${objectId} of run ${runId} is tried again`
        : `object ${objectId} of run ${runId} is discarded`
    const undone = `object ${objectId} of run ${runId} is not failed any more: millefeuille why ${objectId} --run ${runId}`
    return { entry, changed: isDone, message: isDone ? done : undone }
  }

  #decide(runId: string, input: { readonly kind: LetterAction; readonly objectId: string } & ByHand) {
    return new Promise<readonly RunFact[] | 'unknown'>((resolve, reject) => {
      this.#parts.conductor.submit(runId, {
        input,
        settle: resolve,
        refuse: (fault) => (fault.code === 'RUN_UNKNOWN' ? resolve('unknown') : reject(fault)),
      })
    })
  }

  // Sent before it is said that it was: a crash between the two sends it twice, which every reader of it stands.
  async #ofRecord(entry: DeadLetterEntry, action: LetterAction, by: ByHand): Promise<LetterOutcome> {
    const { transport, topics, clock } = this.#parts
    const letter = await this.#letterOf(entry)
    if (letter === undefined || entry.source === undefined)
      return {
        entry,
        changed: false,
        message: `${entry.id} was too large to be kept whole: it cannot be sent again`,
      }
    if (action === 'retry') await transport.publish([{ ...letter, topic: entry.source.topic }])
    const resolved = action === 'retry' ? 'retried' : 'discarded'
    const of = { source: entry.source, key: letter.key }
    await transport.publish([recordResolution(topics.dlq, of, { resolved, ...by, atMs: clock.nowMs() })])
    const place = `${entry.source.topic}/${entry.source.partition}/${entry.source.offset}`
    const message = action === 'retry' ? `record ${place} is sent again` : `record ${place} is discarded`
    return { entry, changed: true, message }
  }

  /** The record as it came; undefined: it was cut. */
  async #letterOf({ id }: DeadLetterEntry): Promise<OutgoingRecord | undefined> {
    let found: OutgoingRecord | undefined
    await this.#parts.transport.scan(
      this.#parts.topics.dlq,
      undefined,
      ({ partition, offset, key, value, headers }) => {
        if (`${partition}.${offset}` !== id || headers.dlq_truncated === 'true') return
        const own = Object.entries(headers).filter(([name]) => !name.startsWith('dlq_'))
        found = {
          topic: '',
          key: key ?? '',
          value: value ?? Buffer.alloc(0),
          headers: Object.fromEntries(own),
        }
      },
    )
    return found
  }
}
