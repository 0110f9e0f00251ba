// The memory of an orchestrator all of whose objects are announced and none answered.

import { join } from 'node:path'
import { writeDefinitions } from './files/definition-files.ts'
import { orchestrator, type Surroundings } from './open-systems.ts'
import type { Usage } from './process/usage.ts'
import type { InFlightRow } from './report/bench-result.ts'
import { independent } from './shape.ts'

const bytesPerMiB = 2 ** 20
const announceMs = 180_000

/** In a fresh process that reads and plans the file itself; no zone may be running. */
export async function measureInFlight(around: Surroundings, objects: number): Promise<InFlightRow> {
  const paths = await writeDefinitions(join(around.folder, 'in-flight'), independent(objects))
  const process = orchestrator(around)
  try {
    const idle = await process.usage()
    const usage = await process.ask<Usage>('announce', paths, announceMs)
    return {
      objects,
      rssMiB: usage.rssBytes / bytesPerMiB,
      maxRssMiB: usage.maxRssBytes / bytesPerMiB,
      idleRssMiB: idle.rssBytes / bytesPerMiB,
    }
  } finally {
    await process.stop()
  }
}
