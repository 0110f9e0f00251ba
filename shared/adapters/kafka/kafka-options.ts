// What a Kafka client of the house can be told, with the values it takes when it is not.

import type { Clock } from '../../ports/clock.ts'
import type { Logger } from '../../ports/logger.ts'
import type { Meter } from '../../ports/meter.ts'

export interface KafkaOptions {
  /** `host:port` of one or more brokers. */
  readonly brokers: readonly string[]
  /** How the broker's logs name this client. */
  readonly clientId: string
  readonly ssl?: boolean
  readonly sasl?: KafkaSasl
  /** How batches are compressed; `gzip` and `none` are what every kafkajs can read. Default `none`. */
  readonly compression?: 'none' | 'gzip'
  /** A member is dead to its group after this long without a heartbeat. Default 30,000. */
  readonly sessionTimeoutMs?: number
  /** Default: a tenth of the session time-out. */
  readonly heartbeatIntervalMs?: number
  /** How long a rebalance waits for a member to join again. Default 60,000. */
  readonly rebalanceTimeoutMs?: number
  /**
   * How long the broker holds an empty fetch; a record ends the wait at once. It is also how long a pause
   * can outlast its cause, and how long a commit can stand behind a fetch. Default 100.
   */
  readonly fetchWaitMs?: number
  /** Default 1,000. */
  readonly commitIntervalMs?: number
  /** A consumer without any sign of life for this long is given up. Default: rebalance time-out + 60,000. */
  readonly stallMs?: number
  /** How far completed records may run ahead of an incomplete one, per partition. Default 100,000. */
  readonly maxSpan?: number
  /** The broker must answer within this. Default 10,000. */
  readonly requestTimeoutMs?: number
  /** How often kafkajs tries again by itself before a call fails. Default 5. */
  readonly retries?: number
  /** Bytes that go into one produce request, below the broker's limit for a batch of 1 MiB. Default 900,000. */
  readonly maxRequestBytes?: number
}

export interface KafkaSasl {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'
  readonly username: string
  readonly password: string
}

/** What a client needs of its house. */
export interface KafkaSurroundings {
  readonly clock: Clock
  readonly logger: Logger
  readonly meter: Meter
  /** Called when a consumer is dead for good: the process should end with a non-zero code, and be started anew. */
  onFatal(error: Error): void
}

export type KafkaSettings = Required<Omit<KafkaOptions, 'sasl'>> & { readonly sasl: KafkaSasl | undefined }

export function withDefaults(options: KafkaOptions): KafkaSettings {
  const sessionTimeoutMs = options.sessionTimeoutMs ?? 30_000
  const rebalanceTimeoutMs = options.rebalanceTimeoutMs ?? 60_000
  return {
    ssl: false,
    compression: 'none',
    heartbeatIntervalMs: Math.floor(sessionTimeoutMs / 10),
    fetchWaitMs: 100,
    commitIntervalMs: 1_000,
    stallMs: rebalanceTimeoutMs + 60_000,
    maxSpan: 100_000,
    requestTimeoutMs: 10_000,
    retries: 5,
    maxRequestBytes: 900_000,
    ...options,
    sessionTimeoutMs,
    rebalanceTimeoutMs,
    sasl: options.sasl,
  }
}
