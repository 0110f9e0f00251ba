// The machine's own clock and timers.

import { assert } from '../../base/assert.ts'
import type { Clock, Timer } from '../../ports/clock.ts'

/** The longest delay a Node timer takes: a longer one would fire after 1 ms. */
const longestTimerMs = 2 ** 31 - 1

/**
 * The wall clock for instants; timers run on the monotonic clock, so that setting the machine's clock
 * neither hastens nor holds them. A delay of 0 is the next turn of the event loop, below the 1 ms that a
 * Node timer takes at least; `Infinity` never comes. A waiting timer keeps the process alive.
 */
export class SystemClock implements Clock {
  nowMs(): number {
    return Date.now()
  }

  after(delayMs: number, action: () => void): Timer {
    assert(!Number.isNaN(delayMs), 'a delay is a number')
    if (delayMs <= 0) return immediate(action)
    return deferred(performance.now() + delayMs, action)
  }
}

function immediate(action: () => void): Timer {
  const handle = setImmediate(action)
  return { cancel: () => clearImmediate(handle) }
}

/** Waits in steps until `dueMs` has passed: Node's timers have a longest delay, and may be a part of a millisecond early. */
function deferred(dueMs: number, action: () => void): Timer {
  let handle: NodeJS.Timeout
  const wait = () => {
    const leftMs = dueMs - performance.now()
    if (leftMs <= 0) return action()
    handle = setTimeout(wait, Math.min(Math.ceil(leftMs), longestTimerMs))
  }
  wait()
  return { cancel: () => clearTimeout(handle) }
}
