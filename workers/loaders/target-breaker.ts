// The circuit breaker of one target: closed, open for a time, then half-open for one attempt that decides.

import {
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  type IBackoff,
  type IHalfOpenAfterBackoffContext,
} from 'cockatiel'
import { Fault } from '../../shared/base/fault.ts'
import type { Random } from '../../shared/base/random.ts'
import { type Clock, sleep } from '../../shared/ports/clock.ts'
import type { TargetWord } from '../core/target-word.ts'

export type BreakerState = 'closed' | 'half-open' | 'open'

export interface BreakerChange {
  readonly state: BreakerState
  /** Why it opened; of an open one only. */
  readonly reason?: string
  /** How long it stays open; of an open one only. */
  readonly openMs?: number
}

export interface TargetBreakerParts {
  /** As people shall see it. */
  readonly target: string
  /** Failures in a row that open it. */
  readonly failures: number
  /** How long it is open, and how long the one attempt that tries the target keeps all others away. */
  readonly resetMs: number
  readonly clock: Clock
  readonly random: Random
  /** Called at each change of its state. Must not throw. */
  readonly changed: (change: BreakerChange) => void
}

/** Refused attempts come back spread over this part of `resetMs`, so that the first can tell how the target is. */
const spread = 0.5

const states: Readonly<Record<CircuitState, BreakerState>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Open]: 'open',
  [CircuitState.Isolated]: 'open',
}

/** A load that did not end with an answer, as the library sees it. */
class NoAnswer extends Error {
  readonly isCounted: boolean
  readonly openMs: number

  constructor(message: string, isCounted: boolean, openMs: number) {
    super(message)
    this.isCounted = isCounted
    this.openMs = openMs
  }
}

export class TargetBreaker {
  readonly #parts: TargetBreakerParts
  readonly #policy: CircuitBreakerPolicy
  #reason = ''
  /** Since when it keeps attempts away, and for how long. */
  #sinceMs = 0
  #forMs = 0

  constructor(parts: TargetBreakerParts) {
    this.#parts = parts
    const counted = handleWhen((error) => error instanceof NoAnswer && error.isCounted)
    this.#policy = circuitBreaker(counted, {
      breaker: new ConsecutiveBreaker(parts.failures),
      halfOpenAfter: this.#backoff(),
    })
    this.#policy.onStateChange((state) => this.#changed(states[state]))
  }

  get state(): BreakerState {
    return states[this.#policy.state]
  }

  /** Throws TARGET_UNAVAILABLE, with `retryAfterMs` in its detail, when no attempt may begin now. */
  enter(): void {
    const leftMs = this.#leftMs()
    if (this.state === 'closed' || (this.state === 'open' && leftMs === 0)) return
    const { target, clock, resetMs, random } = this.#parts
    const until = new Date(clock.nowMs() + leftMs).toISOString()
    const why =
      this.state === 'open'
        ? `is open until ${until}, after: ${this.#reason}`
        : `is half-open: one attempt tries it, the next may at ${until}`
    const detail = { retryAfterMs: leftMs + Math.round(spread * resetMs * random()) }
    throw new Fault('TARGET_UNAVAILABLE', `the breaker of ${target} ${why}`, { detail })
  }

  /** Follows an attempt that has just entered to its end. `word` never rejects. */
  follow(word: Promise<TargetWord>): void {
    if (this.state === 'closed') return this.#tell(word, false)
    const { clock, resetMs } = this.#parts
    const over = new AbortController()
    const silence = sleep(clock, resetMs, over.signal).then(() => 'silence' as const)
    const first = Promise.race([word, silence]).finally(() => over.abort())
    this.#tell(
      first.then((said) => (said === 'silence' ? nothing : said)),
      true,
    )
    // Not before: the library has just asked whether the time is over.
    this.#sinceMs = clock.nowMs()
    this.#forMs = resetMs
    void this.#tellLate(first, word)
  }

  /** Long loads exist: what such a one says in the end still counts. */
  async #tellLate(first: Promise<TargetWord | 'silence'>, word: Promise<TargetWord>): Promise<void> {
    if ((await first) !== 'silence') return
    const late = await word
    if (late.kind !== 'nothing') this.#tell(Promise.resolve(late), false)
  }

  /** Enters the library's circuit in this very turn. `mustDecide`: there is no staying half-open, so nothing said means open again, for no time. */
  #tell(word: Promise<TargetWord>, mustDecide: boolean): void {
    const { resetMs } = this.#parts
    const attempt = async () => {
      const said = await word
      if (said.kind === 'fails') throw new NoAnswer(said.reason, true, resetMs)
      if (said.kind === 'nothing') throw new NoAnswer('the attempt that tried it said nothing', mustDecide, 0)
    }
    // What it throws is our own word again, or that it is open by now: then nobody asks any more.
    this.#policy.execute(attempt).catch(() => {})
  }

  /** The library asks `duration` whenever somebody enters: that is where the time of the house comes in. */
  #backoff(): IBackoff<IHalfOpenAfterBackoffContext> {
    const isOver = () => this.#leftMs() === 0
    const next = ({ result }: IHalfOpenAfterBackoffContext): IBackoff<IHalfOpenAfterBackoffContext> => {
      const error = 'error' in result ? result.error : undefined
      this.#reason = error instanceof Error ? error.message : this.#reason
      this.#forMs = error instanceof NoAnswer ? error.openMs : this.#parts.resetMs
      this.#sinceMs = this.#parts.clock.nowMs()
      return backoff
    }
    const backoff = {
      next,
      get duration() {
        return isOver() ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
      },
    }
    return backoff
  }

  /** A clock that was set back makes nobody wait longer. */
  #leftMs(): number {
    const passedMs = this.#parts.clock.nowMs() - this.#sinceMs
    return passedMs < 0 ? 0 : Math.max(0, this.#forMs - passedMs)
  }

  #changed(state: BreakerState): void {
    this.#parts.changed(state === 'open' ? { state, reason: this.#reason, openMs: this.#forMs } : { state })
  }
}

const nothing: TargetWord = { kind: 'nothing' }
