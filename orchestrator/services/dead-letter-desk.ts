// What is done about dead letters: looked at, tried again, or put aside.

import { Fault } from '../../shared/base/fault.ts'
import { allTopics, type Topics } from '../../shared/events/topics.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import type { ScannedRecord, Transport } from '../../shared/ports/transport.ts'
import {
  answersFilter,
  type DeadLetterDetail,
  type DeadLetterEntry,
  type LetterFilter,
} from '../core/dlq/dead-letter-entry.ts'
import { jsonOf, letterOf } from '../core/dlq/letter-record.ts'
import { objectResolution, recordResolution } from '../core/dlq/letter-resolution.ts'
import type { ByHand, RunFact } from '../core/run/run-fact.ts'
import type { Conductor } from './conductor.ts'
import { DeadLetterReader } from './dead-letter-reader.ts'

export interface DeadLetterDeskParts {
  readonly transport: Pick<Transport, 'scan' | 'publish'>
  readonly conductor: Pick<Conductor, 'submit' | 'look'>
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
    // Of one instant, what was stored last is first.
    return found.reverse().sort((a, b) => (b.lastAtMs ?? 0) - (a.lastAtMs ?? 0))
  }

  /** Rejects with LETTER_UNKNOWN or TRANSPORT_UNAVAILABLE. */
  async show(id: string): Promise<DeadLetterDetail> {
    const entry = await this.#entry(id)
    const record = await this.#reader.recordOf(id)
    const letter = record === undefined ? undefined : letterOf(record, jsonOf(record))
    if (letter === undefined) throw unknownLetter(id)
    const { stack, event, message } = letter
    return { ...entry, message, stack, event }
  }

  /**
   * A failed object is tried again as a new attempt of its run; an unreadable record is sent once more to where it
   * came from. What was discarded may still be tried again; whatever else was done about it, it is left alone.
   * Rejects as `show`, and with a retryable Fault: then it may have happened, and is safe to ask for again.
   */
  async act(id: string, action: LetterAction, by: ByHand): Promise<LetterOutcome> {
    const entry = await this.#entry(id)
    if (!isOpenTo(entry, action)) return { entry, changed: false, message: alreadyText(entry) }
    const outcome = await (entry.kind === 'object' ? this.#ofObject : this.#ofRecord)(entry, action, by)
    const { message, changed } = outcome
    const fields = { letter: id, run_id: entry.runId, object_id: entry.objectId, ...by }
    if (changed) this.#parts.logger.info(message, fields)
    return outcome
  }

  async #entry(id: string): Promise<DeadLetterEntry> {
    const entry = (await this.#reader.read()).get(id)
    if (entry === undefined) throw unknownLetter(id)
    return entry
  }

  readonly #ofObject = async (
    entry: DeadLetterEntry,
    action: LetterAction,
    by: ByHand,
  ): Promise<LetterOutcome> => {
    const { runId = '', objectId = '' } = entry
    const name = `object ${objectId} of run ${runId}`
    const type = action === 'retry' ? 'object-retried' : 'object-discarded'
    const facts = await this.#decide(runId, { kind: action, objectId, ...by })
    const isDone =
      facts !== 'unknown' && facts.some((fact) => fact.type === type && fact.object_id === objectId)
    if (action === 'discard') {
      // The run says it of an object that is failed. Of any other, or of a run that is gone, the letter must say it.
      if (!isDone) await this.#discardLetter(entry, { runId, objectId }, by)
      return { entry, changed: true, message: `${name} is discarded` }
    }
    if (isDone) return { entry, changed: true, message: `${name} is tried again` }
    return { entry, changed: false, message: await this.#whyNot(name, { runId, objectId }) }
  }

  async #discardLetter(
    { version }: DeadLetterEntry,
    of: { readonly runId: string; readonly objectId: string },
    by: ByHand,
  ): Promise<void> {
    const { transport, topics, clock } = this.#parts
    const resolution = { resolved: 'discarded', ...by, atMs: clock.nowMs(), version } as const
    await transport.publish([objectResolution(topics.dlq, of, resolution)])
  }

  async #whyNot(
    name: string,
    { runId, objectId }: { readonly runId: string; readonly objectId: string },
  ): Promise<string> {
    const run = await this.#parts.conductor.look(runId)
    if (run === undefined) return `run ${runId} is no longer kept: open a new one, or discard the letter`
    const index = run.plan.indexOf.get(objectId)
    const state = index === undefined ? 'not in its plan' : run.stateOf(index)
    return `${name} is ${state}, there is nothing to retry: millefeuille why ${objectId} --run ${runId}`
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
  readonly #ofRecord = async (
    entry: DeadLetterEntry,
    action: LetterAction,
    by: ByHand,
  ): Promise<LetterOutcome> => {
    const { transport, topics, clock } = this.#parts
    const { id, source } = entry
    const letter = await this.#reader.recordOf(id)
    if (letter === undefined || source === undefined) throw unknownLetter(id)
    const hindrance = action === 'retry' ? hindranceOf(letter, source.topic, topics) : undefined
    if (hindrance !== undefined) return { entry, changed: false, message: `${id} ${hindrance}` }
    const key = letter.key ?? ''
    if (action === 'retry')
      await transport.publish([
        {
          topic: source.topic,
          key,
          value: letter.value ?? Buffer.alloc(0),
          headers: { ...ownHeaders(letter), dlq_retry_of: id },
        },
      ])
    const resolved = action === 'retry' ? 'retried' : 'discarded'
    await transport.publish([
      recordResolution(topics.dlq, { source, key }, { resolved, ...by, atMs: clock.nowMs() }),
    ])
    const place = `record ${source.topic}/${source.partition}/${source.offset}`
    const done = action === 'retry' ? 'is sent again' : 'is discarded'
    return { entry, changed: true, message: `${place} ${done}` }
  }
}

/** What was discarded may still be tried again, unless it was, and has a letter after it. */
function isOpenTo({ state, retriedAs }: DeadLetterEntry, action: LetterAction): boolean {
  return state === 'open' || (state === 'discarded' && action === 'retry' && retriedAs === undefined)
}

function alreadyText({ id, kind, state, resolved, retriedAs }: DeadLetterEntry): string {
  if (resolved?.rerun !== undefined) return `${id} is ${state} already, by run ${resolved.rerun}`
  const outcome = kind === 'object' ? 'failed again' : 'came back'
  return `${id} is ${state} already${retriedAs === undefined ? '' : `, and ${outcome} as ${retriedAs}`}`
}

/** Why a record cannot be sent again. Where it came from is what its headers say, and anybody may have written them. */
function hindranceOf({ headers }: ScannedRecord, topic: string, topics: Topics): string | undefined {
  if (headers.dlq_truncated === 'true') return 'was too large to be kept whole: it cannot be sent again'
  if (topic === topics.dlq || !allTopics(topics).includes(topic))
    return `is from topic ${topic}, which is none that this house reads: it cannot be sent again`
  return undefined
}

function ownHeaders({ headers }: ScannedRecord): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('dlq_')))
}

function unknownLetter(id: string): Fault {
  return new Fault('LETTER_UNKNOWN', `there is no dead letter ${id}, or it is no longer kept`)
}
