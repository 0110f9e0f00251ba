// What the processes of the BullMQ peer agree on.

export interface BullSettings {
  readonly redis: string
  readonly queue: string
  /** Jobs that one worker process runs at a time. */
  readonly concurrency: number
}

/** What travels with a job: the object, and where its dependencies are counted. */
export interface BullJob {
  readonly run: string
  readonly index: number
  readonly object: unknown
}

/** A hash of pending parents by place in the shape. */
export function pendingKey(run: string): string {
  return `bench:pending:${run}`
}

/** Connection settings that BullMQ asks for, from a `redis://` URL. */
export function connectionOf(url: string) {
  const { hostname, port } = new URL(url)
  return { host: hostname, port: Number(port || 6379), maxRetriesPerRequest: null }
}

/** Finished jobs are removed, or Redis would only grow; no other history is asked for. */
export const jobOptions = { removeOnComplete: true, removeOnFail: true } as const

/** Jobs added in one call. */
export const bulkSize = 500
