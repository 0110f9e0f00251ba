// A broker that a scenario may kill, freeze or empty, however it runs.

/** Started again it has its address, and its data. */
export interface Strikeable {
  start(): Promise<void>
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void | Promise<void>
  /** kill -9. */
  kill(): Promise<void>
  /** Ends it for good and removes its data. */
  stop(): Promise<void>
}

export interface StrikeableKafka extends Strikeable {
  readonly bootstrap: string
}

export interface StrikeableRedis extends Strikeable {
  readonly url: string
  /** Kills it and throws its data away: `start` brings back an empty one. */
  lose(): Promise<void>
}

export interface ArenaBrokers {
  readonly kafka: StrikeableKafka
  readonly redis: StrikeableRedis
}
