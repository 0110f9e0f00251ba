// A worker process of the BullMQ peer: no-op jobs, and the counting of dependencies that a user has to write.

import { type Job, Queue, Worker } from 'bullmq'
import { closeRedis, connectRedis } from '../../shared/adapters/redis/connection.ts'
import { silentLogger } from '../../shared/ports/logger.ts'
import { LoadLog, monotonicMs } from '../process/load-log.ts'
import { play, type Role, settingsOf } from '../process/role.ts'
import { definitionsOf, idOf, parentsOf, type Shape } from '../shape.ts'
import {
  type BullJob,
  type BullSettings,
  bulkSize,
  connectionOf,
  jobOptions,
  pendingKey,
} from './redis-names.ts'

interface Prepared {
  readonly objects: readonly unknown[]
  readonly children: readonly (readonly number[])[]
}

async function start({ redis, queue: name, concurrency }: BullSettings): Promise<Role> {
  const connection = connectionOf(redis)
  const queue = new Queue<BullJob>(name, { connection })
  const client = connectRedis({ url: redis }, silentLogger)
  const log = new LoadLog()
  let prepared: Prepared = { objects: [], children: [] }
  const worker = new Worker<BullJob>(name, work, { connection, concurrency })
  let completed = { jobs: 0, lastMs: 0 }
  worker.on('completed', () => {
    completed = { jobs: completed.jobs + 1, lastMs: monotonicMs() }
  })
  await worker.waitUntilReady()
  return {
    answers: {
      prepare: (shape: Shape) => {
        completed = { jobs: 0, lastMs: 0 }
        prepared = { objects: definitionsOf(shape), children: childrenOf(shape) }
      },
      completed: () => completed,
      loads: () => log.take(),
    },
    stop: async () => {
      await worker.close()
      await queue.close()
      await closeRedis(client)
    },
  }

  async function work(job: Job<BullJob>): Promise<void> {
    const { run, index } = job.data
    const beganMs = monotonicMs()
    log.record(idOf(index), beganMs, monotonicMs())
    const children = prepared.children[index] ?? []
    if (children.length > 0) await free(run, children)
  }

  async function free(run: string, children: readonly number[]): Promise<void> {
    const pipeline = client.pipeline()
    for (const child of children) pipeline.hincrby(pendingKey(run), String(child), -1)
    const left = (await pipeline.exec()) ?? []
    const ready = children.filter((_, place) => left[place]?.[1] === 0)
    for (let first = 0; first < ready.length; first += bulkSize) {
      await queue.addBulk(ready.slice(first, first + bulkSize).map((index) => jobOf(run, index)))
    }
  }

  function jobOf(run: string, index: number) {
    return { name: 'load', data: { run, index, object: prepared.objects[index] }, opts: jobOptions }
  }
}

function childrenOf(shape: Shape): number[][] {
  const parents = parentsOf(shape)
  const children: number[][] = parents.map(() => [])
  for (const [index, list] of parents.entries()) for (const parent of list) children[parent]?.push(index)
  return children
}

play(start(settingsOf<BullSettings>()))
