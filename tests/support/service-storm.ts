// The start/stop contract as tests that any service can be held to.

import { afterEach, describe, expect, it } from 'vitest'
import { at } from '../../shared/base/assert.ts'
import { seededRandom } from '../../shared/base/random.ts'
import type { Service } from '../../shared/service/service.ts'

export interface StormyService {
  readonly service: Service
  /** Whether it does its work, found out from outside: a port that answers, a group that has a member. */
  isRunning(): boolean | Promise<boolean>
}

const sides = 10
const times = 50

/** Adds the tests to the file that calls it. `make` is called once a test. */
export function serviceStorm(name: string, make: () => StormyService | Promise<StormyService>): void {
  describe(`${name} keeps the start/stop contract`, () => {
    let made: StormyService | undefined

    const fresh = async () => {
      made = await make()
      return made
    }

    afterEach(() => made?.service.stop())

    it('runs once started, rests once stopped, and can be started again', async () => {
      const { service, isRunning } = await fresh()
      for (const _ of [1, 2]) {
        await service.start()
        expect(await isRunning()).toBe(true)
        await service.stop()
        expect(await isRunning()).toBe(false)
      }
    })

    it('may be stopped before it is started', async () => {
      const { service, isRunning } = await fresh()
      await service.stop()
      expect(await isRunning()).toBe(false)
      await service.start()
      expect(await isRunning()).toBe(true)
    })

    it('may be started twice and stopped twice, one after the other and at the same time', async () => {
      const { service, isRunning } = await fresh()
      await Promise.all([service.start(), service.start()])
      await service.start()
      expect(await isRunning()).toBe(true)
      await Promise.all([service.stop(), service.stop()])
      await service.stop()
      expect(await isRunning()).toBe(false)
    })

    it('rests when a stop comes while it starts', async () => {
      const { service, isRunning } = await fresh()
      await Promise.all([service.start(), service.stop()])
      expect(await isRunning()).toBe(false)
    })

    it(`stands starts and stops from ${sides} sides, ${times} times each`, async () => {
      const { service, isRunning } = await fresh()
      await Promise.all(Array.from({ length: sides }, (_, side) => shake(service, side)))
      await service.stop()
      expect(await isRunning()).toBe(false)
      await service.start()
      expect(await isRunning()).toBe(true)
    })
  })
}

async function shake(service: Service, side: number): Promise<void> {
  const chance = seededRandom(side + 1)
  const moves = [() => service.start(), () => service.stop()]
  for (let time = 0; time < times; time++) await at(moves, Math.floor(chance() * 2))()
}
