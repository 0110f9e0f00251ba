// Puts the services of an orchestrator together over whatever adapters it is given: real, embedded or simulated.

import type { Random } from '../shared/base/random.ts'
import type { Answer } from '../shared/events/answer.ts'
import type { Topics } from '../shared/events/topics.ts'
import type { Clock } from '../shared/ports/clock.ts'
import type { Logger } from '../shared/ports/logger.ts'
import type { Meter } from '../shared/ports/meter.ts'
import type { Transport } from '../shared/ports/transport.ts'
import type { Service } from '../shared/service/service.ts'
import { OrchestratorLife } from './orchestrator-life.ts'
import type { BuildRegistry } from './ports/build-registry.ts'
import type { LeaseBook } from './ports/lease-book.ts'
import type { LoadRegistry } from './ports/load-registry.ts'
import type { RunRecovery } from './ports/run-recovery.ts'
import type { RunStore } from './ports/run-store.ts'
import type { ZoneDirectory } from './ports/zone-directory.ts'
import { AnswerIntake } from './services/answer-intake.ts'
import { AttemptRevoker } from './services/attempt-revoker.ts'
import { BuildDesk } from './services/build-desk.ts'
import { BuildGate } from './services/build-gate.ts'
import { BuildLeases } from './services/build-leases.ts'
import { Conductor } from './services/conductor.ts'
import { CutOffAttempts } from './services/cut-off-attempts.ts'
import { DeadLetterDesk } from './services/dead-letter-desk.ts'
import { Explainer } from './services/explainer.ts'
import { LeaseWatch } from './services/lease-watch.ts'
import type { Work } from './services/live-runs.ts'
import { LoadRecorder } from './services/load-recorder.ts'
import { Relay } from './services/relay.ts'
import { Restorer } from './services/restorer.ts'
import { RunFeed } from './services/run-feed.ts'
import { observeLiveState, RunMetrics } from './services/run-metrics.ts'
import { RunOpener } from './services/run-opener.ts'
import { observeWaiting } from './services/waiting-gauge.ts'
import { Watchdog } from './services/watchdog.ts'
import { ZoneWatch } from './services/zone-watch.ts'

export interface OrchestratorParts {
  readonly transport: Transport
  readonly store: RunStore
  readonly recovery: RunRecovery
  readonly registry: LoadRegistry
  readonly leases: LeaseBook
  readonly directory: ZoneDirectory
  readonly builds: BuildRegistry
  readonly topics: Topics
  /** The consumer group of the answers. */
  readonly group: string
  /** For freshness by a definition's cron. */
  readonly timeZone: string
  /**
   * Whether this process is the whole house: the store and all events went with the process before, and whoever
   * worked on an attempt did too. At start the runs come back from the journal, and those attempts are made anew.
   */
  readonly isAlone?: boolean
  /** How long `stop` waits for what was decided to be published. */
  readonly drainMs: number
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly meter: Meter
  /** Called at each turn of the main loop. */
  readonly beat: () => void
}

/** Lives once: after a stop, a start does nothing. A stop that comes while it starts waits until it has. */
export interface Orchestrator extends Service {
  readonly conductor: Conductor
  readonly opener: RunOpener
  readonly feed: RunFeed
  readonly intake: AnswerIntake
  readonly restorer: Pick<Restorer, 'isRebuilding'>
  readonly explainer: Explainer
  readonly deadLetters: DeadLetterDesk
}

export function buildOrchestrator(parts: OrchestratorParts): Orchestrator {
  const metrics = new RunMetrics(parts.meter)
  const feed = new RunFeed(parts.store, parts.clock)
  const recorder = new LoadRecorder(parts)
  const relay = new Relay({ ...parts, transport: new BuildGate(parts) })
  const restorer = new Restorer({ ...parts, journal: parts.topics.journal })
  const conductor = new Conductor({
    ...parts,
    relay,
    restorer,
    kept: (run, commit) => {
      metrics.kept(run, commit)
      recorder.record(run, commit)
      feed.notify(run.id)
    },
    relayed: (run, commit) => revoker.record(run, commit),
  })
  const builds = new BuildDesk({ ...parts, conductor })
  const { revoker, leaseWatch } = attemptKeepers(parts, conductor, builds)
  const received = (answer: Answer) => metrics.received(answer)
  const intake = new AnswerIntake({ ...parts, conductor: builds, received })
  const watchdog = new Watchdog({ ...parts, conductor, restorer })
  const zoneWatch = new ZoneWatch({ ...parts, changed: (dead) => conductor.zones(dead) })
  observe(parts, { conductor, relay, intake, zoneWatch })
  const life = new OrchestratorLife({
    ...parts,
    ...{ intake, conductor, desk: builds },
    watches: [watchdog, leaseWatch, zoneWatch],
    drains: [relay, recorder, revoker],
    prepare: async () => {
      if (!parts.isAlone) return
      await restorer.ensureWhole()
      await new CutOffAttempts({ ...parts, conductor }).giveUp()
    },
  })
  return {
    ...{ name: 'orchestrator', conductor, feed, intake, restorer },
    opener: new RunOpener({ ...parts, conductor, restorer }),
    deadLetters: new DeadLetterDesk({ ...parts, conductor }),
    explainer: new Explainer({ ...parts, conductor, restorer, builds }),
    start: () => life.start(),
    stop: () => life.stop(),
  }
}

/** Who looks after attempts that are out sees, of those that several runs share, the one that was announced. */
function attemptKeepers(parts: OrchestratorParts, conductor: Conductor, builds: BuildDesk) {
  const leases = new BuildLeases({ leases: parts.leases, desk: builds, live: () => conductor.live })
  const desk = {
    submit: (runId: string, work: Work) => builds.submit(runId, work),
    get live() {
      return conductor.live
    },
  }
  return {
    revoker: new AttemptRevoker({ ...parts, leases }),
    leaseWatch: new LeaseWatch({ ...parts, leases, conductor: desk }),
  }
}

interface Observed {
  readonly conductor: Conductor
  readonly relay: Relay
  readonly intake: AnswerIntake
  readonly zoneWatch: ZoneWatch
}

function observe(
  { meter, clock }: OrchestratorParts,
  { conductor, relay, intake, zoneWatch }: Observed,
): void {
  observeLiveState(meter, clock, { outboxDepth: () => relay.depth, lag: () => intake.lag() })
  observeWaiting(meter, {
    runs: () => conductor.live,
    crews: () => zoneWatch.crews(),
    deadZones: () => zoneWatch.current(),
    nowMs: () => clock.nowMs(),
  })
}
