// What the API is built of: the services behind it, as small as it needs them.

import type { ProbeOptions } from '../../shared/http/probes.ts'
import type { Clock } from '../../shared/ports/clock.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import type { RunPolicy } from '../core/run/run-policy.ts'
import type { RunStore } from '../ports/run-store.ts'
import type { Conductor } from '../services/conductor.ts'
import type { DeadLetterDesk } from '../services/dead-letter-desk.ts'
import type { Explainer } from '../services/explainer.ts'
import type { RunFeed } from '../services/run-feed.ts'
import type { RunOpener } from '../services/run-opener.ts'
import type { Scheduler } from '../services/scheduler.ts'

export interface ApiParts {
  readonly host: string
  readonly port: number
  /** Undefined: no token is asked for, which is only taken on a loopback address. */
  readonly apiToken: string | undefined
  readonly bodyLimitBytes: number
  /** How long a stop waits for requests under way, in milliseconds; default 5 seconds. */
  readonly drainMs?: number
  /** Of the product, for `GET /` and the API description. */
  readonly version: string
  readonly probes: ProbeOptions
  readonly clock: Clock
  readonly logger: Logger
  /** A new run id. */
  readonly newRunId: () => string
  /** For runs that do not say otherwise. */
  readonly policy: RunPolicy
  readonly store: Pick<RunStore, 'list' | 'summary' | 'read'>
  readonly conductor: Pick<Conductor, 'submit' | 'look'>
  readonly deadLetters: Pick<DeadLetterDesk, 'list' | 'show' | 'act'>
  readonly explainer: Pick<Explainer, 'why'>
  readonly opener: Pick<RunOpener, 'open'>
  readonly feed: Pick<RunFeed, 'follow'>
  readonly scheduler: Pick<Scheduler, 'trigger' | 'nextTicks' | 'workflows'>
}
