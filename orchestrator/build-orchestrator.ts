// Puts the services of an orchestrator together over whatever adapters it is given: real, embedded or simulated.

import type { Random } from '../shared/base/random.ts'
import type { Topics } from '../shared/events/topics.ts'
import { type Clock, sleep } from '../shared/ports/clock.ts'
import type { Logger } from '../shared/ports/logger.ts'
import type { Meter } from '../shared/ports/meter.ts'
import type { Transport } from '../shared/ports/transport.ts'
import { OneAtATime } from '../shared/service/one-at-a-time.ts'
import type { Service } from '../shared/service/service.ts'
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
import { LoadRecorder } from './services/load-recorder.ts'
import { Relay } from './services/relay.ts'
import { Restorer } from './services/restorer.ts'
import { RunFeed } from './services/run-feed.ts'
import { observeLiveState, RunMetrics } from './services/run-metrics.ts'
import { RunOpener } from './services/run-opener.ts'
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
      revoker.record(run, commit)
      feed.notify(run.id)
    },
  })
  const buildDesk = new BuildDesk({ ...parts, conductor })
  // Whoever looks after attempts sees the one that was announced for all runs that share it.
  const leases = new BuildLeases({ leases: parts.leases, desk: buildDesk, live: () => conductor.live })
  const revoker = new AttemptRevoker({ ...parts, leases })
  const intake = new AnswerIntake({
    ...parts,
    conductor: buildDesk,
    received: (answer) => metrics.received(answer),
  })
  const watchdog = new Watchdog({ ...parts, conductor, restorer })
  const leaseWatch = new LeaseWatch({
    ...parts,
    leases,
    conductor: {
      submit: (runId, work) => buildDesk.submit(runId, work),
      get live() {
        return conductor.live
      },
    },
  })
  const zoneWatch = new ZoneWatch({ ...parts, changed: (dead) => conductor.zones(dead) })
  const opener = new RunOpener({ ...parts, conductor, restorer })
  observeLiveState(parts.meter, parts.clock, {
    runs: () => conductor.live,
    outboxDepth: () => relay.depth,
    lag: () => intake.lag(),
  })
  const turns = new OneAtATime()
  let isOver = false
  return {
    name: 'orchestrator',
    conductor,
    opener,
    feed,
    intake,
    restorer,
    deadLetters: new DeadLetterDesk({ ...parts, conductor }),
    explainer: new Explainer({ ...parts, conductor, restorer, builds: buildDesk }),
    start: () => turns.run(start),
    stop: () => turns.run(stop),
  }

  async function start(): Promise<void> {
    if (isOver) return
    if (parts.isAlone) {
      await restorer.ensureWhole()
      await new CutOffAttempts({ ...parts, conductor }).giveUp()
    }
    await intake.start()
    await watchdog.start()
    await leaseWatch.start()
    await zoneWatch.start()
  }

  // What was decided is published before the offsets of its answers are committed for the last time.
  async function stop(): Promise<void> {
    isOver = true
    intake.pause()
    await Promise.all([watchdog.stop(), leaseWatch.stop(), zoneWatch.stop()])
    await conductor.stop()
    const given = new AbortController()
    await Promise.race([
      Promise.all([relay.drained(), recorder.drained(), revoker.drained()]),
      sleep(parts.clock, parts.drainMs, given.signal),
    ])
    given.abort()
    await Promise.all([relay.stop(), recorder.stop(), revoker.stop(), buildDesk.stop()])
    await intake.stop()
  }
}
