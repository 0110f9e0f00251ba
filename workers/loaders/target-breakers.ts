// Keeps a zone's loaders away from services that do not answer, each service for itself.

import type { Zone } from '../../shared/base/layer.ts'
import type { Random } from '../../shared/base/random.ts'
import { redactText } from '../../shared/base/redact.ts'
import type { ReadyEvent } from '../../shared/events/ready.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import type { Counter, Meter } from '../../shared/ports/meter.ts'
import { type TargetWord, wordOfAbort, wordOfError } from '../core/target-word.ts'
import type { Loaded } from '../core/verdict.ts'
import type { LoadContext, Loader } from '../ports/loader.ts'
import { type BreakerChange, type BreakerState, TargetBreaker } from './target-breaker.ts'

export interface BreakerOptions {
  /** Failures in a row that open the breaker of a target; 0: there are no breakers. */
  readonly failures: number
  /** How long an open one keeps attempts away. */
  readonly resetMs: number
}

export interface TargetBreakersParts extends BreakerOptions {
  readonly zone: Zone
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly meter: Meter
}

/** Targets that are remembered at most; the one that was not used for longest is forgotten first. */
const mostTargets = 1_000
/** A target that nobody asked for so long is forgotten, or for twice as long as it would be open. */
const idleMs = 600_000
/** A target is a label of a metric and stands in messages. In UTF-16 units. */
const longestTarget = 200
const levels: Readonly<Record<BreakerState, number>> = { closed: 0, 'half-open': 1, open: 2 }

interface Entry {
  readonly breaker: TargetBreaker
  usedAtMs: number
}

export class TargetBreakers {
  readonly #parts: TargetBreakersParts
  /** Those used last stand last. */
  readonly #entries = new Map<string, Entry>()
  readonly #changes: Counter

  constructor(parts: TargetBreakersParts) {
    this.#parts = parts
    const { meter, zone } = parts
    // Without the target: counters are never forgotten.
    this.#changes = meter.counter({
      name: 'worker_breaker_transitions_total',
      help: 'Changes of circuit breakers, by the state they changed to.',
      labels: ['zone', 'to'],
    })
    const state = {
      name: 'worker_breaker_state',
      help: 'The circuit breaker of a target: 0 closed, 1 half-open, 2 open.',
      labels: ['zone', 'target'],
    }
    meter.observe(state, (gauge) => {
      this.#forgetIdle()
      for (const [target, { breaker }] of this.#entries) gauge.set(levels[breaker.state], { zone, target })
    })
  }

  /** The same loader behind the breakers of the targets it names. */
  guarded(loader: Loader): Loader {
    const { target } = loader
    if (target === undefined || this.#parts.failures === 0) return loader
    const targetOf = (ready: ReadyEvent) => target.call(loader, ready)
    return {
      name: loader.name,
      target: targetOf,
      load: async (ready, context) => {
        const named = targetOf(ready)
        return named === undefined
          ? loader.load(ready, context)
          : this.#load(loader, nameOf(named), ready, context)
      },
    }
  }

  #load(loader: Loader, target: string, ready: ReadyEvent, context: LoadContext): Promise<Loaded> {
    const breaker = this.#breakerOf(target)
    breaker.enter()
    // A loader that throws at once is no other than one that rejects.
    const loading = (async () => loader.load(ready, context))()
    breaker.follow(wordOf(loading, context.signal))
    return loading
  }

  #breakerOf(target: string): TargetBreaker {
    const nowMs = this.#parts.clock.nowMs()
    const known = this.#entries.get(target)
    const entry = known ?? { breaker: this.#newBreaker(target), usedAtMs: nowMs }
    entry.usedAtMs = nowMs
    this.#entries.delete(target)
    if (known === undefined) this.#makeRoom()
    this.#entries.set(target, entry)
    return entry.breaker
  }

  #newBreaker(target: string): TargetBreaker {
    const changed = (change: BreakerChange) => this.#changed(target, change)
    return new TargetBreaker({ ...this.#parts, target, changed })
  }

  #changed(target: string, { state, reason, openMs }: BreakerChange): void {
    const { logger, zone } = this.#parts
    this.#changes.add(1, { zone, to: state })
    if (state === 'open') logger.warn('a breaker is open', { target, open_ms: openMs, reason })
    else if (state === 'closed') logger.info('a breaker is closed: the target answers', { target })
    else logger.info('a breaker is half-open: one attempt tries the target', { target })
  }

  #makeRoom(): void {
    this.#forgetIdle()
    for (const target of this.#entries.keys()) {
      if (this.#entries.size < mostTargets) return
      this.#entries.delete(target)
    }
  }

  #forgetIdle(): void {
    const { clock, resetMs } = this.#parts
    const beforeMs = clock.nowMs() - Math.max(idleMs, 2 * resetMs)
    for (const [target, { usedAtMs }] of this.#entries) {
      if (usedAtMs >= beforeMs) return
      this.#entries.delete(target)
    }
  }
}

/** A connection string may be a target, with a password in it. */
function nameOf(target: string): string {
  return redactText(target).slice(0, longestTarget)
}

/** Resolves when the load ends or is told to give up, whichever comes first: a loader may ignore its signal for ever. */
function wordOf(loading: Promise<Loaded>, signal: AbortSignal): Promise<TargetWord> {
  return new Promise((resolve) => {
    const giveUp = () => resolve(wordOfAbort(signal.reason))
    if (signal.aborted) return giveUp()
    signal.addEventListener('abort', giveUp, { once: true })
    const end = (word: TargetWord) => {
      signal.removeEventListener('abort', giveUp)
      resolve(word)
    }
    loading.then(
      () => end({ kind: 'answers' }),
      (error: unknown) => end(wordOfError(error)),
    )
  })
}
