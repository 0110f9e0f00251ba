// What the processes of the house are told: the environment of the product, and nothing else.

export interface HouseSettings {
  /** As the product's programs read it: KAFKA_BOOTSTRAP, REDIS_URL, TOPIC_…, WORKER_TYPE, MAX_WORKERS. */
  readonly environment: Readonly<Record<string, string>>
  /** Gets the process's log lines. */
  readonly logFile: string
}
