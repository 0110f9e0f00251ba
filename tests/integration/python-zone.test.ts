// Workers in other languages need only Kafka: a run whose three zones are one Python program.

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../../shared/base/json.ts'
import { describeWithBrokers } from '../support/brokers/brokers.ts'
import { pythonObstacle, pythonWithKafka } from '../support/python.ts'
import { clientOf, factsOf, realHouse } from '../support/real-house.ts'

const samples = join(import.meta.dirname, '../../tools/samples/objects.json')
const python = pythonWithKafka()

if (python !== undefined) {
  describeWithBrokers('a zone in Python', (brokers) => {
    const house = realHouse('python', brokers, { RETRY_BASE_MS: '10' })
    const orchestrator = house.orchestrator()
    const zone = house.program({
      name: 'the Python zone',
      command: python,
      file: 'docs/examples/python-zone/zone.py',
    })
    let objects: readonly JsonObject[]

    beforeAll(async () => {
      objects = JSON.parse(await readFile(samples, 'utf8')) as JsonObject[]
      await orchestrator.start()
      zone.spawn()
    })

    const run = async (runId: string, definitions: readonly Json[]) => {
      const client = clientOf(orchestrator)
      const opened = await client.openRun({ objects: definitions, run_id: runId, max_retries: 1 })
      expect(opened.ok).toBe(true)
      return factsOf(client, runId)
    }

    it('loads the samples: it answers id, run_id and status, and knows the topics alone', async () => {
      const facts = await run('python', objects)
      expect(facts.at(-1)).toMatchObject({ state: 'succeeded', counts: { loaded: 9, failed: 0 } })
      const said = [...zone.output().matchAll(/^loaded (\d+) /gm)].map(([, id]) => id)
      expect([...new Set(said)].sort()).toEqual(objects.map((object) => String(object.IdObjet)).sort())
    })

    it('is asked again for what it failed, and its reason is told', async () => {
      const facts = await run(
        'broken',
        objects.map((object) => (object.IdObjet === 2001 ? { ...object, Format: 'tape' } : object)),
      )
      const of2001 = facts.filter((fact) => fact.object_id === '2001').map(({ type }) => type)
      expect(of2001).toEqual(['object-ready', 'object-retry-scheduled', 'object-ready', 'object-failed'])
      expect(facts.find(({ type }) => type === 'object-failed')).toMatchObject({
        attempt: 2,
        error: { code: 'LOADER_FAILED', detail: "cannot read the format 'tape'" },
      })
      const counts = { loaded: 7, failed: 1, blocked: 1, reused: 0, cancelled: 0 }
      expect(facts.at(-1)).toMatchObject({ state: 'failed', counts })
    })

    it('ends when it is asked to', async () => {
      expect(await zone.kill('SIGTERM')).toEqual({ code: 0, signal: null })
    })
  })
} else if (process.env.REQUIRE_BROKERS === '1') {
  throw new Error(`REQUIRE_BROKERS=1, but ${pythonObstacle}`)
} else {
  process.stderr.write(`[brokers] SKIPPED "a zone in Python": ${pythonObstacle}\n`)
  describe.skip(`a zone in Python (${pythonObstacle})`, () => it('loads the samples', () => {}))
}
