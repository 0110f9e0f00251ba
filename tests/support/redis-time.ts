// Waiting by the clock of a Redis server.

import { vi } from 'vitest'
import type { RedisClient } from '../../shared/adapters/redis/connection.ts'

/** Resolves when the server's own clock has moved on. */
export async function passed(client: RedisClient, ms: number): Promise<void> {
  const timeMs = async () => {
    const [seconds, micros] = await client.time()
    return Number(seconds) * 1_000 + Number(micros) / 1_000
  }
  const beganAtMs = await timeMs()
  const hasPassed = async () => {
    if ((await timeMs()) - beganAtMs <= ms) throw new Error(`${ms} ms have not passed`)
  }
  await vi.waitFor(hasPassed, { timeout: 20_000, interval: 5 })
}
