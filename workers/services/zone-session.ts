// One stay of a zone in its group, from joining to leaving: queue, claim, load, answer.

import { at } from '../../shared/base/assert.ts'
import { Fault, messageOf } from '../../shared/base/fault.ts'
import { parseReady } from '../../shared/events/ready.ts'
import { readyTopic } from '../../shared/events/topics.ts'
import { sleep, type Timer } from '../../shared/ports/clock.ts'
import type { Consumer, Delivery } from '../../shared/ports/transport.ts'
import { insist } from '../../shared/service/insist.ts'
import type { AttemptKey } from '../core/attempt.ts'
import { supersededEvent, verdictOf } from '../core/verdict.ts'
import type { Claim } from '../ports/attempt-ledger.ts'
import { AnswerDesk } from './answer-desk.ts'
import { AttemptRunner, type Ending } from './attempt-runner.ts'
import type { Work } from './work.ts'
import { WorkQueue } from './work-queue.ts'
import type { ZoneMetrics } from './zone-metrics.ts'
import type { ZoneParts } from './zone-parts.ts'

/** Most claims in one call of the ledger. */
const batchClaims = 500
/** How long leaving waits for the ledger to take leases back; they run out by themselves. */
const releaseMs = 1_000
/** A held attempt is claimed again this long after its lease may have run out: two clocks are never the same. */
const parkMarginMs = 20

export class ZoneSession {
  readonly #parts: ZoneParts
  readonly #metrics: ZoneMetrics
  readonly #queue: WorkQueue
  readonly #runner: AttemptRunner
  readonly #desk: AnswerDesk
  /** Aborted when nothing new is begun, and when nothing is waited for any more. */
  readonly #taking = new AbortController()
  readonly #waiting = new AbortController()
  #isClaiming = false
  #consumer: Consumer | undefined
  #beat: Timer | undefined
  #settle = () => {}

  constructor(parts: ZoneParts, metrics: ZoneMetrics) {
    this.#parts = parts
    this.#metrics = metrics
    this.#queue = new WorkQueue(parts.clock)
    this.#runner = new AttemptRunner(parts, (ending) => this.#ended(ending))
    this.#desk = new AnswerDesk({
      ...parts,
      signal: this.#waiting.signal,
      published: (works) => this.#published(works),
      rested: () => this.#settle(),
    })
  }

  get running(): number {
    return this.#runner.size
  }

  get queued(): number {
    return this.#queue.waiting
  }

  get consumer(): Consumer | undefined {
    return this.#consumer
  }

  async start(): Promise<void> {
    const { transport, topics, zone, group, maxInFlight } = this.#parts
    this.#keepBeating()
    try {
      this.#consumer = await transport.subscribe({
        group,
        topics: [readyTopic(topics, zone)],
        maxInFlight,
        receive: (deliveries) => this.#receive(deliveries),
      })
    } catch (error) {
      this.#rest()
      throw error
    }
  }

  /** Takes nothing new, finishes what runs within `drainMs`, gives the rest back, and leaves the group. */
  async stop(): Promise<void> {
    this.#taking.abort()
    this.#consumer?.pause()
    this.#queue.clear()
    await this.#drained()
    await this.#release(this.#runner.abandon())
    this.#waiting.abort()
    await this.#consumer?.stop()
    this.#rest()
  }

  #keepBeating(): void {
    const { clock, heartbeat } = this.#parts
    if (heartbeat === undefined) return
    heartbeat.beat()
    this.#beat = clock.after(heartbeat.staleAfterMs / 4, () => this.#keepBeating())
  }

  #rest(): void {
    this.#beat?.cancel()
    this.#parts.heartbeat?.rest()
  }

  #receive(deliveries: readonly Delivery[]): void {
    if (this.#taking.signal.aborted) return
    for (const delivery of deliveries) {
      const ready = parseReady(delivery.value?.toString('utf8') ?? '')
      if (ready.ok) this.#queue.add(ready.value, delivery)
      else this.#bury(delivery, ready.reason)
    }
    this.#wake()
  }

  #bury(delivery: Delivery, reason: string): void {
    const { topic, partition, offset } = delivery
    this.#parts.logger.warn('a Ready event goes to the DLQ topic', { topic, partition, offset, reason })
    this.#metrics.ended('unreadable')
    this.#desk.bury(delivery, new Fault('EVENT_UNREADABLE', reason))
  }

  #wake(): void {
    if (this.#isClaiming || this.#queue.waiting === 0) return
    this.#isClaiming = true
    // Several loaders may end in the same turn: their slots are filled together.
    queueMicrotask(() => void this.#claimAll())
  }

  async #claimAll(): Promise<void> {
    for (let works = this.#next(); works.length > 0; works = this.#next()) await this.#claim(works)
    this.#isClaiming = false
    this.#settle()
  }

  #next(): readonly Work[] {
    if (this.#taking.signal.aborted) return []
    return this.#queue.take(Math.min(batchClaims, this.#parts.maxWorkers - this.#runner.size))
  }

  async #claim(works: readonly Work[]): Promise<void> {
    const { ledger, owner, leaseMs } = this.#parts
    const keys = works.map((work) => work.key)
    const persistence = { ...this.#parts, signal: this.#taking.signal, worthwhile: () => true }
    let askedAtMs = 0
    const ask = () => {
      askedAtMs = this.#parts.clock.nowMs()
      return ledger.claim(keys, owner, leaseMs)
    }
    const claims = await insist('claim attempts', ask, persistence)
    if (claims === 'stopped') return
    this.#metrics.claimed(claims)
    if (this.#taking.signal.aborted)
      return this.#release(keys.filter((_, i) => claims[i]?.kind === 'claimed'))
    for (const [index, work] of works.entries()) this.#proceed(work, at(claims, index), askedAtMs)
  }

  #proceed(work: Work, claim: Claim, askedAtMs: number): void {
    if (claim.kind === 'claimed') return this.#begin(work, askedAtMs)
    if (claim.kind === 'held') {
      return this.#queue.park(work, claim.leaseLeftMs + parkMarginMs, () => this.#wake())
    }
    if (claim.kind === 'revoked') return this.#drop(work)
    if (claim.kind === 'superseded') return this.#overtaken(work)
    this.#metrics.ended('repeated')
    this.#desk.repeat(work, claim.answer)
  }

  /** Nothing is loaded a second time because the store has lost its mark. */
  #begin(work: Work, askedAtMs: number): void {
    if (!this.#desk.answeredBefore(work)) return this.#runner.start(work, askedAtMs)
    this.#metrics.ended('repeated')
    this.#log(work, 'repeated', 0, 'it was answered here, and the store has lost its mark')
  }

  /**
   * Is said, and not marked: whoever has begun it may still finish it. Who announced it knows of the newer attempt, and
   * passes it over, unless the store has lost that: then this is what makes the run go on.
   */
  #overtaken(work: Work): void {
    this.#metrics.ended('superseded')
    this.#log(work, 'superseded', 0, 'a newer attempt was begun')
    this.#desk.repeat(work, JSON.stringify(supersededEvent(work.ready)))
  }

  /** Nobody waits for an answer to it: what asked for it is complete. */
  #drop(work: Work, durationMs = 0): void {
    this.#metrics.ended('revoked')
    this.#log(work, 'revoked', durationMs, 'nobody wants it any more')
    for (const delivery of work.deliveries) delivery.complete()
    this.#queue.forget(work)
  }

  #ended({ work, outcome, durationMs }: Ending): void {
    if (outcome === 'lost') this.#lost(work)
    else if (outcome === 'revoked') this.#drop(work, durationMs)
    else {
      const event = verdictOf(work.ready, outcome)
      this.#metrics.ended(event.status, durationMs)
      this.#log(work, event.status, durationMs, event.info)
      this.#desk.answer(work, event)
    }
    this.#wake()
    this.#settle()
  }

  /** Asks the ledger again: whoever has it now will say how it ended; where nobody has, it is loaded anew. */
  #lost(work: Work): void {
    this.#metrics.ended('lost')
    this.#log(work, 'lost', 0, 'its lease is not held any more')
    if (this.#taking.signal.aborted) this.#queue.forget(work)
    else this.#queue.park(work, 0, () => this.#wake())
  }

  #log(work: Work, outcome: string, durationMs: number, info: string): void {
    const { logger } = this.#parts
    const level = outcome === 'loaded' ? 'debug' : 'info'
    if (!logger.enabled(level)) return
    const { runId, objectId, attempt } = work.key
    const fields = { run_id: runId, object_id: objectId, attempt, tenant: work.ready.tenant }
    logger[level](`attempt ${outcome}`, { ...fields, duration_ms: durationMs, info })
  }

  #published(works: readonly Work[]): void {
    for (const work of works) this.#queue.forget(work)
    if (works.length > 0) this.#metrics.answered(works.length)
  }

  /** Resolves when nothing is claimed, loaded or answered any more, and after `drainMs` at the latest. */
  #drained(): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#parts.clock.after(this.#parts.drainMs, () => resolve())
      this.#settle = () => {
        if (this.#isClaiming || this.#runner.size > 0 || !this.#desk.isIdle()) return
        timer.cancel()
        resolve()
      }
      this.#settle()
    })
  }

  async #release(keys: readonly AttemptKey[]): Promise<void> {
    if (keys.length === 0) return
    const { ledger, owner, clock, logger } = this.#parts
    const over = new AbortController()
    const released = ledger.release(keys, owner).then(
      () => logger.info('attempts are given back', { attempts: keys.length }),
      (error: unknown) => logger.warn('cannot give back leases, they run out', { error: messageOf(error) }),
    )
    await Promise.race([released, sleep(clock, releaseMs, over.signal)])
    over.abort()
  }
}
