// A broker that answers, how it came to be, and how to end it.

export interface RunningBroker {
  /** `host:port` of a Kafka, the URL of a Redis. */
  readonly address: string
  readonly how: 'environment' | 'process' | 'container'
  /** Ends it when it was started here; leaves it alone when the environment named it. */
  stop(): Promise<void>
}

/** One way to get a broker: why it cannot be taken here, and how it is started. */
export interface BrokerSource {
  readonly how: RunningBroker['how']
  /** The reason why this way is closed on this machine, undefined when it is open. Cheap and without side effects. */
  obstacle(): Promise<string | undefined>
  start(): Promise<RunningBroker>
}
