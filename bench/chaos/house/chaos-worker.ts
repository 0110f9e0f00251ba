// A worker as a zone team would build it, whose loader tells the oracle what it does. CHAOS_WITNESS: its file; CHAOS_SINK: a port.

import { setTimeout as pause } from 'node:timers/promises'
import { runProgram } from '../../../shared/adapters/system/run-program.ts'
import { WinstonLogger } from '../../../shared/adapters/system/winston-logger.ts'
import { Fault } from '../../../shared/base/fault.ts'
import { buildRealWorker } from '../../../workers/build-real-worker.ts'
import { workerConfig } from '../../../workers/config.ts'
import type { Loader } from '../../../workers/ports/loader.ts'
import { SinkClient } from '../oracle/sink-client.ts'
import { Witness } from '../oracle/witness.ts'

const config = workerConfig(process.env)
const logger = new WinstonLogger({ level: config.log.level })
const witness = new Witness(process.env.CHAOS_WITNESS ?? '')
const sink = new SinkClient(Number(process.env.CHAOS_SINK))

/** Does what the definition says: `takes_ms`, `fails` so many attempts, or is `refused` for good. */
const loader: Loader = {
  name: 'chaos',
  async load({ run_id: runId, id: objectId, attempt, object }, { signal }) {
    const key = { runId, objectId, attempt }
    witness.load('start', key)
    await pause(Number(object.takes_ms ?? 0), undefined, { signal }).catch((error: unknown) => {
      witness.load('aborted', key)
      throw error
    })
    if (object.refused === true || attempt <= Number(object.fails ?? 0)) {
      witness.load('fail', key)
      if (object.refused === true) throw new Fault('LOADER_REFUSED', 'the definition says so')
      throw new Error(`attempt ${attempt} of ${object.fails} that fail`)
    }
    if ((await sink.apply(key)) === 'old') {
      witness.load('refused', key)
      throw new Error('a newer attempt was here')
    }
    witness.load('end', key)
    return { info: 'chaos', result: { attempt } }
  },
}

process.exit(
  await runProgram({
    logger,
    make: async (onFatal) => buildRealWorker({ config, logger, onFatal, loaders: () => [loader] }),
  }),
)
