// A worker as a zone team would build it, whose loader tells an oracle of each start and end. LOAD_WITNESS: the file.

import { setTimeout as pause } from 'node:timers/promises'
import { runProgram } from '../../shared/adapters/system/run-program.ts'
import { WinstonLogger } from '../../shared/adapters/system/winston-logger.ts'
import { hashFraction } from '../../shared/base/random.ts'
import { buildRealWorker } from '../../workers/build-real-worker.ts'
import { workerConfig } from '../../workers/config.ts'
import type { Loader } from '../../workers/ports/loader.ts'
import { LoadWitness } from './load-oracle.ts'

const config = workerConfig(process.env)
const logger = new WinstonLogger({ level: config.log.level })
const witness = new LoadWitness(process.env.LOAD_WITNESS ?? '')

/** Takes 1 to 5 milliseconds, as the id says. */
const loader: Loader = {
  name: 'witnessed',
  async load({ id }) {
    witness.mark('start', id)
    await pause(1 + 4 * hashFraction(id))
    witness.mark('end', id)
    return { info: 'witnessed' }
  },
}

process.exit(
  await runProgram({
    logger,
    make: async (onFatal) => buildRealWorker({ config, logger, onFatal, loaders: () => [loader] }),
  }),
)
