// The embedded house: orchestrator and three zones in one process, nothing between them but memory.

import { createWriteStream } from 'node:fs'
import { MemoryRunStore } from '../../orchestrator/adapters/memory/memory-run-store.ts'
import { buildOrchestrator } from '../../orchestrator/build-orchestrator.ts'
import { DataFolder } from '../../shared/adapters/sqlite/data-folder.ts'
import { PrometheusMeter } from '../../shared/adapters/system/prometheus-meter.ts'
import { randomRunId, systemRandom } from '../../shared/adapters/system/random-ids.ts'
import { SystemClock } from '../../shared/adapters/system/system-clock.ts'
import { WinstonLogger } from '../../shared/adapters/system/winston-logger.ts'
import { zones } from '../../shared/base/layer.ts'
import { defaultTopics as topics } from '../../shared/events/topics.ts'
import { embeddedAdapters } from '../../tools/embedded/embedded-adapters.ts'
import { createZone } from '../../workers/build-zone.ts'
import { workerConfig } from '../../workers/config.ts'
import { LoadLog } from '../process/load-log.ts'
import { play, type Role, settingsOf } from '../process/role.ts'
import { EndWatch } from './end-watch.ts'
import type { HouseSettings } from './house-settings.ts'
import { watchLoads } from './load-watch.ts'
import { houseAnswers } from './run-shape.ts'

interface EmbeddedSettings extends HouseSettings {
  /** Undefined: nothing is kept on a disk. */
  readonly dataDir?: string
}

async function start({ environment, logFile, dataDir }: EmbeddedSettings): Promise<Role> {
  const config = workerConfig(environment)
  const watch = new EndWatch(MemoryRunStore)
  const logger = new WinstonLogger({ level: config.log.level, stream: createWriteStream(logFile) })
  const clock = new SystemClock()
  const parts = { clock, logger, random: systemRandom, meter: new PrometheusMeter() }
  const folder = dataDir === undefined ? undefined : DataFolder.open(dataDir)
  const adapters = embeddedAdapters({ clock, logger, topics, folder })
  const { store, newTransport } = adapters
  const orchestrator = buildOrchestrator({
    ...parts,
    ...adapters,
    transport: newTransport(),
    topics,
    group: 'orchestrator',
    timeZone: 'UTC',
    drainMs: 10_000,
    beat: () => {},
  })
  const log = new LoadLog()
  watchLoads(log)
  const workers = zones.map((zone) =>
    createZone({ ...parts, ...adapters, config, zone, owner: randomRunId(), transport: newTransport() }),
  )
  await orchestrator.start()
  for (const worker of workers) await worker.start()
  const answers = houseAnswers({ opener: orchestrator.opener, store, watch })
  return {
    answers: { ...answers, loads: () => log.take() },
    stop: async () => {
      for (const worker of workers) await worker.stop()
      await orchestrator.stop()
      folder?.close()
      await logger.flush()
    },
  }
}

play(start(settingsOf<EmbeddedSettings>()))
