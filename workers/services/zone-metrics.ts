// What Prometheus sees of a zone's workers.

import type { Zone } from '../../shared/base/layer.ts'
import type { Counter, Histogram, Meter } from '../../shared/ports/meter.ts'
import type { Consumer } from '../../shared/ports/transport.ts'
import type { Claim } from '../ports/attempt-ledger.ts'

const seconds = [0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14_400]
const sizes = [1, 2, 5, 10, 25, 50, 100, 250, 500]

export type AttemptOutcome =
  | 'loaded'
  | 'failed'
  | 'lost'
  | 'revoked'
  | 'superseded'
  | 'repeated'
  | 'unreadable'

export interface InHand {
  /** Loaders that run. */
  readonly running: () => number
  /** Attempts that wait for a slot. */
  readonly queued: () => number
  readonly lag: Consumer['lag']
}

export class ZoneMetrics {
  readonly #zone: Zone
  readonly #attempts: Counter
  readonly #claims: Counter
  readonly #durations: Histogram
  readonly #batches: Histogram

  /** What is in hand is read at each scrape. */
  constructor(meter: Meter, zone: Zone, inHand: InHand) {
    this.#zone = zone
    const labels = (...more: string[]) => ({ labels: ['zone', ...more] })
    this.#attempts = meter.counter({
      name: 'worker_attempts_total',
      help: 'Attempts that ended here.',
      ...labels('outcome'),
    })
    this.#claims = meter.counter({
      name: 'worker_claims_total',
      help: 'Claims of attempts, by what came of them.',
      ...labels('kind'),
    })
    this.#durations = meter.histogram({
      name: 'worker_attempt_duration_seconds',
      help: 'How long loaders took.',
      ...labels(),
      buckets: seconds,
    })
    this.#batches = meter.histogram({
      name: 'worker_batch_size',
      help: 'Attempts that were claimed or answered together.',
      ...labels('step'),
      buckets: sizes,
    })
    const running = { name: 'worker_in_flight', help: 'Loaders that run.', ...labels() }
    meter.observe(running, (gauge) => gauge.set(inHand.running(), { zone }))
    const queue = { name: 'worker_waiting', help: 'Attempts in hand that wait for a slot.', ...labels() }
    meter.observe(queue, (gauge) => gauge.set(inHand.queued(), { zone }))
    const lag = {
      name: 'worker_consumer_lag',
      help: 'Ready events of the partitions of this process that are not answered yet.',
      labels: ['topic', 'partition'],
    }
    meter.observe(lag, (gauge) => {
      for (const { topic, partition, records } of inHand.lag())
        gauge.set(records, { topic, partition: String(partition) })
    })
  }

  ended(outcome: AttemptOutcome, durationMs?: number): void {
    this.#attempts.add(1, { zone: this.#zone, outcome })
    if (durationMs !== undefined) this.#durations.observe(durationMs / 1000, { zone: this.#zone })
  }

  claimed(claims: readonly Claim[]): void {
    this.#batches.observe(claims.length, { zone: this.#zone, step: 'claim' })
    for (const kind of ['claimed', 'done', 'held', 'revoked', 'superseded'] as const) {
      const count = claims.filter((claim) => claim.kind === kind).length
      if (count > 0) this.#claims.add(count, { zone: this.#zone, kind })
    }
  }

  answered(count: number): void {
    this.#batches.observe(count, { zone: this.#zone, step: 'answer' })
  }
}
