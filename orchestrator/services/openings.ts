// Opens runs in the background and does not give up while their store or the transport is away.

import { isRetryable, messageOf } from '../../shared/base/fault.ts'
import type { Random } from '../../shared/base/random.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import { insist } from '../../shared/service/insist.ts'
import type { OpenRequest, RunOpener } from './run-opener.ts'

export interface OpeningsParts {
  readonly opener: Pick<RunOpener, 'open'>
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
}

export class Openings {
  readonly #parts: OpeningsParts
  readonly #stopping = new AbortController()
  readonly #underWay = new Map<string, Promise<void>>()

  constructor(parts: OpeningsParts) {
    this.#parts = parts
  }

  /** Opens the run until it is open or can never be. A run that is being opened is not begun again. */
  begin(request: OpenRequest): void {
    const { runId } = request
    if (this.#stopping.signal.aborted || this.#underWay.has(runId)) return
    const opening = this.#open(request).finally(() => this.#underWay.delete(runId))
    this.#underWay.set(runId, opening)
  }

  /** Begins no more, and resolves when the tries under way have ended. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await Promise.all(this.#underWay.values())
  }

  async #open(request: OpenRequest): Promise<void> {
    const { opener, clock, random, logger } = this.#parts
    const fields = { run_id: request.runId, tenant: request.tenant }
    try {
      const { signal } = this.#stopping
      const outcome = await insist(`open run ${request.runId}`, () => opener.open(request), {
        clock,
        random,
        logger,
        signal,
        worthwhile: isRetryable,
      })
      if (outcome === 'opened') logger.info('run opened', fields)
      else logger.debug(`run not opened: ${outcome}`, fields)
    } catch (error) {
      logger.error('a run cannot be opened', { ...fields, error: messageOf(error) })
    }
  }
}
