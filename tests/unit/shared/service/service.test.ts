// A group starts in order, stops in reverse, and leaves nothing running behind a failure.

import { describe, expect, it } from 'vitest'
import { type Service, ServiceGroup } from '../../../../shared/service/service.ts'

/** Services that write down what happens to them; those named fail to do so. */
function servicesOf(names: readonly string[], failing: readonly string[] = []) {
  const events: string[] = []
  const services = names.map((name): Service => {
    const happen = async (what: string) => {
      events.push(`${what} ${name}`)
      if (failing.includes(`${what} ${name}`)) throw new Error(`cannot ${what} ${name}`)
    }
    return { name, start: () => happen('start'), stop: () => happen('stop') }
  })
  return { group: new ServiceGroup(services), events }
}

describe('a service group', () => {
  it('starts its services in order and stops them in reverse', async () => {
    const { group, events } = servicesOf(['a', 'b', 'c'])
    await group.start()
    await group.stop()
    expect(events).toEqual(['start a', 'start b', 'start c', 'stop c', 'stop b', 'stop a'])
  })

  it('may be started twice, stopped twice, and stopped before it is started', async () => {
    const { group, events } = servicesOf(['a'])
    await group.stop()
    await group.start()
    await group.start()
    await group.stop()
    await group.stop()
    expect(events).toEqual(['start a', 'stop a'])
  })

  it('can be started again', async () => {
    const { group, events } = servicesOf(['a'])
    for (const _ of [1, 2]) {
      await group.start()
      await group.stop()
    }
    expect(events).toEqual(['start a', 'stop a', 'start a', 'stop a'])
  })

  it('stops what it began when a start fails, and says why it failed', async () => {
    const { group, events } = servicesOf(['a', 'b', 'c', 'd'], ['start c', 'stop b'])
    await expect(group.start()).rejects.toThrow('cannot start c')
    expect(events).toEqual(['start a', 'start b', 'start c', 'stop b', 'stop a'])
    await group.stop()
    expect(events).toHaveLength(5)
  })

  it('stops every service although a stop fails, and rejects with the first failure', async () => {
    const { group, events } = servicesOf(['a', 'b', 'c'], ['stop c', 'stop b'])
    await group.start()
    await expect(group.stop()).rejects.toThrow('cannot stop c')
    expect(events.slice(3)).toEqual(['stop c', 'stop b', 'stop a'])
    await group.stop()
  })
})
