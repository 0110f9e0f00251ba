// Takes an idle timer out of kafkajs: a fault of 2.2.4 that its maintainers no longer mend (kafkajs#1751).

import { createRequire } from 'node:module'
import { assert } from '../../base/assert.ts'

interface RequestQueue {
  readonly pending: readonly unknown[]
}

type Schedule = (this: RequestQueue) => void

/**
 * After each answer kafkajs sets a timer to look after requests that wait, also when none does, and then
 * with a negative delay: Node warns once a process and wakes up after 1 ms, for nothing. With this, the
 * timer is set only when a request waits; the delay is positive then. Harmless when called twice.
 */
export function patchRequestQueue(): void {
  const queue: { prototype: { scheduleCheckPendingRequests: Schedule & { patched?: true } } } = createRequire(
    import.meta.url,
  )('kafkajs/src/network/requestQueue')
  const original = queue.prototype.scheduleCheckPendingRequests
  assert(typeof original === 'function', 'kafkajs 2.2.4 has RequestQueue.scheduleCheckPendingRequests')
  if (original.patched) return
  const schedule: Schedule & { patched?: true } = function schedule() {
    if (this.pending.length > 0) original.call(this)
  }
  schedule.patched = true
  queue.prototype.scheduleCheckPendingRequests = schedule
}
