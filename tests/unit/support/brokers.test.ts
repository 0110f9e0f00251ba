// How brokers for tests are chosen, shared and given up.

import { describe, expect, it } from 'vitest'
import { brokerSources } from '../../support/brokers/broker-sources.ts'
import { openBrokers } from '../../support/brokers/open-brokers.ts'
import type { BrokerSource } from '../../support/brokers/running-broker.ts'
import { sharedUse } from '../../support/brokers/shared-use.ts'

/** Ways to a broker that note in `ended` which ones were stopped. */
function ways() {
  const ended: string[] = []
  const open = (address: string): BrokerSource => ({
    how: 'process',
    obstacle: async () => undefined,
    start: async () => ({
      address,
      how: 'process',
      stop: async () => {
        ended.push(address)
      },
    }),
  })
  const closed = (reason: string): BrokerSource => ({ ...open(''), obstacle: async () => reason })
  const failing = (reason: string): BrokerSource => ({
    ...open(''),
    start: () => Promise.reject(new Error(reason)),
  })
  return { ended, open, closed, failing }
}

describe('the brokers of a test run', () => {
  it('come each by its first open way, and stop together', async () => {
    const { ended, open, closed } = ways()
    const brokers = await openBrokers([closed('no jars'), open('k1'), open('k2')], [open('r1')])
    expect(brokers).toMatchObject({ kafka: { address: 'k1' }, redis: { address: 'r1' } })
    if (typeof brokers !== 'string') await brokers.stop()
    expect(ended.sort()).toEqual(['k1', 'r1'])
  })

  it('are missing with every reason when one of them has no open way, and the other is stopped', async () => {
    const { ended, open, closed } = ways()
    const brokers = await openBrokers([closed('no jars'), closed('no engine')], [open('r1')])
    expect(brokers).toBe('no Kafka: no jars, no engine')
    expect(ended).toEqual(['r1'])
  })

  it('fail the run when an open way fails, instead of falling through to the next', async () => {
    const { ended, open, failing } = ways()
    const brokers = openBrokers([open('k1')], [failing('out of memory'), open('r2')])
    await expect(brokers).rejects.toThrow('Redis (process): out of memory')
    expect(ended).toEqual(['k1'])
  })
})

describe('the ways to a broker', () => {
  const hows = (environment: NodeJS.ProcessEnv) =>
    brokerSources('kafka', environment).map((source) => source.how)

  it('are the environment, then processes, then containers', () => {
    expect(hows({})).toEqual(['environment', 'process', 'container'])
  })

  it('are one when BROKERS names it, and a wrong name is refused', () => {
    expect(hows({ BROKERS: 'containers' })).toEqual(['container'])
    expect(() => hows({ BROKERS: 'docker' })).toThrow('env, processes, containers')
  })

  it('leave the environment closed when it names no address', async () => {
    const [environment] = brokerSources('redis', {})
    expect(await environment?.obstacle()).toBe('TEST_REDIS_URL is not set')
  })
})

describe('what is used by several', () => {
  it('is opened for the first, closed after the last, and opened anew after that', async () => {
    const said: string[] = []
    const shared = sharedUse(
      async () => said.push('open'),
      async () => {
        said.push('close')
      },
    )
    await Promise.all([shared.take(), shared.take()])
    await shared.giveBack()
    expect(said).toEqual(['open'])
    await shared.giveBack()
    await shared.take()
    expect(said).toEqual(['open', 'close', 'open'])
  })
})
