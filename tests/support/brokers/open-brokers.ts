// Opens the first Kafka and the first Redis that this machine can offer, or says why there is none.

import { messageOf } from '../../../shared/base/fault.ts'
import { brokerSources } from './broker-sources.ts'
import type { BrokerSource, RunningBroker } from './running-broker.ts'

export interface OpenBrokers {
  readonly kafka: RunningBroker
  readonly redis: RunningBroker
  stop(): Promise<void>
}

/**
 * Both brokers, each by its first open way; a text with every reason when one of them has none. A way that
 * is open but fails (an address that does not answer, a process that dies) rejects: falling through to the
 * next way would hide it.
 */
export async function openBrokers(
  kafkaSources = brokerSources('kafka'),
  redisSources = brokerSources('redis'),
): Promise<OpenBrokers | string> {
  const [kafka, redis] = await Promise.allSettled([
    openBroker('Kafka', kafkaSources),
    openBroker('Redis', redisSources),
  ])
  const running = [kafka, redis].flatMap((one) =>
    one.status === 'fulfilled' && typeof one.value !== 'string' ? [one.value] : [],
  )
  const stop = async () => {
    await Promise.all(running.map((broker) => broker.stop()))
  }
  const [first, second] = running
  if (first !== undefined && second !== undefined) return { kafka: first, redis: second, stop }
  await stop()
  const failed = [kafka, redis].find((one) => one.status === 'rejected')
  if (failed !== undefined) throw failed.reason
  return [kafka, redis]
    .flatMap((one) => (one.status === 'fulfilled' && typeof one.value === 'string' ? [one.value] : []))
    .join('; ')
}

/** The broker by the first of `sources` without an obstacle, or all the obstacles in words. */
async function openBroker(name: string, sources: readonly BrokerSource[]): Promise<RunningBroker | string> {
  const obstacles: string[] = []
  for (const source of sources) {
    const obstacle = await source.obstacle()
    if (obstacle !== undefined) {
      obstacles.push(obstacle)
      continue
    }
    try {
      return await source.start()
    } catch (error) {
      throw new Error(`${name} (${source.how}): ${messageOf(error)}`, { cause: error })
    }
  }
  return `no ${name}: ${obstacles.join(', ')}`
}
