// Opens a run on the BullMQ peer: counts the parents of every object, adds those without, and waits for the end.

import { Queue } from 'bullmq'
import { closeRedis, connectRedis } from '../../shared/adapters/redis/connection.ts'
import { randomRunId } from '../../shared/adapters/system/random-ids.ts'
import { silentLogger } from '../../shared/ports/logger.ts'
import { monotonicMs } from '../process/load-log.ts'
import { play, type Role, settingsOf } from '../process/role.ts'
import { definitionsOf, parentsOf, type Shape } from '../shape.ts'
import {
  type BullJob,
  type BullSettings,
  bulkSize,
  connectionOf,
  jobOptions,
  pendingKey,
} from './redis-names.ts'

async function start({ redis, queue: name }: BullSettings): Promise<Role> {
  const queue = new Queue<BullJob>(name, { connection: connectionOf(redis) })
  const client = connectRedis({ url: redis }, silentLogger)
  let objects: readonly unknown[] = []
  let parents: readonly (readonly number[])[] = []
  return {
    answers: {
      prepare: (shape: Shape) => {
        objects = definitionsOf(shape)
        parents = parentsOf(shape)
      },
      run,
    },
    stop: async () => {
      await queue.close()
      await closeRedis(client)
    },
  }

  /** Resolves when all roots are added; the workers say when all is done. */
  async function run(): Promise<{ beganMs: number }> {
    const runId = randomRunId()
    const roots = [...parents.keys()].filter((index) => parents[index]?.length === 0)
    const beganMs = monotonicMs()
    const pipeline = client.pipeline()
    for (const [index, list] of parents.entries()) {
      if (list.length > 0) pipeline.hset(pendingKey(runId), String(index), list.length)
    }
    await pipeline.exec()
    for (let first = 0; first < roots.length; first += bulkSize) {
      const jobs = roots.slice(first, first + bulkSize).map((index) => ({
        name: 'load',
        data: { run: runId, index, object: objects[index] },
        opts: jobOptions,
      }))
      await queue.addBulk(jobs)
    }
    return { beganMs }
  }
}

play(start(settingsOf<BullSettings>()))
