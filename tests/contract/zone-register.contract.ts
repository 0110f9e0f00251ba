// What every ZoneRegister promises, and the ZoneDirectory that reads what was said there.

import { expect, it } from 'vitest'
import type { ZoneDirectory } from '../../orchestrator/ports/zone-directory.ts'
import type { ZoneRegister } from '../../workers/ports/zone-register.ts'

export interface RegisterUnderTest {
  readonly register: ZoneRegister
  readonly directory: ZoneDirectory
  readonly nowMs: () => number
  /** Lets at least this much time pass for both. */
  readonly pass: (ms: number) => Promise<void>
}

const ttlMs = 60_000

/** `open` gives a register to which nobody has said anything. */
export function zoneRegisterContract(open: () => RegisterUnderTest): void {
  const notice = (owner: string, running = 0) => ({
    zone: 'ingestion' as const,
    owner,
    version: '1.2.3-é',
    capacity: 32,
    running,
  })

  it('tells who is alive, with what they said last and when', async () => {
    const { register, directory, nowMs } = open()
    expect(await directory.workers()).toEqual([])
    await register.announce(notice('ingestion/x y', 1), ttlMs)
    await register.announce(notice('ingestion/x y', 2), ttlMs)
    await register.announce({ ...notice('b'), zone: 'application' }, ttlMs)
    const workers = await directory.workers()
    const { seenAtMs, ...said } = workers.find(({ zone }) => zone === 'ingestion') ?? { seenAtMs: 0 }
    expect(said).toEqual(notice('ingestion/x y', 2))
    expect(Math.abs(nowMs() - seenAtMs)).toBeLessThan(2_000)
    expect(workers).toHaveLength(2)
  })

  it('keeps workers of two zones apart that have one owner', async () => {
    const { register, directory } = open()
    await register.announce(notice('a'), ttlMs)
    await register.announce({ ...notice('a'), zone: 'application' }, ttlMs)
    await register.withdraw(notice('a'))
    expect((await directory.workers()).map(({ zone }) => zone)).toEqual(['application'])
  })

  it('forgets who does not say so again in time, and no one else', async () => {
    const { register, directory, pass } = open()
    await register.announce(notice('alive'), ttlMs)
    await register.announce(notice('dead'), 20)
    await pass(30)
    expect((await directory.workers()).map(({ owner }) => owner)).toEqual(['alive'])
    await register.announce(notice('dead'), ttlMs)
    expect(await directory.workers()).toHaveLength(2)
  })

  it('forgets who leaves, also when they say so twice or were never there', async () => {
    const { register, directory } = open()
    await register.announce(notice('a'), ttlMs)
    await register.withdraw(notice('a'))
    await register.withdraw(notice('a'))
    await register.withdraw(notice('stranger'))
    expect(await directory.workers()).toEqual([])
  })
}
