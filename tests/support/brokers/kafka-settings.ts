// The settings of a test broker, the same for a process and for a container.

export interface KafkaAddress {
  /** What clients are told to connect to. */
  readonly host: string
  readonly port: number
  readonly controllerPort: number
  /** What the broker listens on, the host by default. */
  readonly listenHost?: string
}

/** server.properties of a single node in KRaft mode, without the data folder. */
export function kafkaSettings({ host, port, controllerPort, listenHost = host }: KafkaAddress) {
  const controller = `127.0.0.1:${controllerPort}`
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@${controller}`,
    listeners: `PLAINTEXT://${listenHost}:${port},CONTROLLER://${controller}`,
    'advertised.listeners': `PLAINTEXT://${host}:${port}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'offsets.topic.num.partitions': '4',
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    // A test that waits for a rebalance waits for these.
    'group.initial.rebalance.delay.ms': '0',
    'group.min.session.timeout.ms': '1000',
    // Started again after kill -9, a broker waits until its former self is given up: nine seconds by default.
    'broker.session.timeout.ms': '3000',
    'broker.heartbeat.interval.ms': '500',
    'auto.create.topics.enable': 'false',
  } satisfies Record<string, string>
}
