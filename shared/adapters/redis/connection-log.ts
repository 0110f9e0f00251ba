// What a connection tells the log: the first trouble, then one line a while, and when it is over.

import { messageOf } from '../../base/fault.ts'
import type { Logger } from '../../ports/logger.ts'

/** A client that reconnects fails several times a second; an outage should be readable in the log. */
const QUIET_MS = 10_000

export interface ConnectionLog {
  /** Another error event; a line is written for the first and then for at most one in ten seconds. */
  failed(error: unknown): void
  /** The connection works: says so once when it did not before. */
  ready(): void
}

/** `nowMs` may be any clock that never runs backwards. */
export function connectionLog(logger: Logger, nowMs: () => number): ConnectionLog {
  let lastLineAtMs = Number.NEGATIVE_INFINITY
  let isToldAway = false
  let unsaid = 0
  return {
    failed: (error) => {
      if (nowMs() - lastLineAtMs < QUIET_MS) {
        unsaid += 1
        return
      }
      logger.warn('Redis is not reachable, still trying', { error: messageOf(error), unsaid })
      lastLineAtMs = nowMs()
      isToldAway = true
      unsaid = 0
    },
    ready: () => {
      if (isToldAway) logger.info('Redis is reachable again')
      isToldAway = false
    },
  }
}
