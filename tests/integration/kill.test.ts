// Processes of a running house die by kill -9: nothing is lost, and nothing begins before its parents have ended.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { FactLine } from '../../shared/api/run-resource.ts'
import { type Zone, zones } from '../../shared/base/layer.ts'
import { describeWithBrokers } from '../support/brokers/brokers.ts'
import type { HouseProcess } from '../support/house-process.ts'
import { layeredObjects } from '../support/layered-objects.ts'
import { readWitness } from '../support/load-oracle.ts'
import { metricSum } from '../support/metric-sum.ts'
import { clientOf, factsOf, realHouse } from '../support/real-house.ts'

const count = 10_000
const seed = 20_261_121
const runId = 'killed'
/** The victims have sessions of ten seconds at Kafka, and their partitions wait for that. */
const longestRunMs = 120_000

/** Who is to die when how many of the objects that concern it are loaded. */
interface Doom {
  readonly victim: HouseProcess
  readonly concerns: (objectId: string) => boolean
  readonly at: number
}

describeWithBrokers('a house whose processes are killed', (brokers) => {
  const folder = mkdtempSync(join(tmpdir(), 'millefeuille-kill-'))
  const witness = join(folder, 'loads')
  const house = realHouse('kill', brokers, { LEASE_SECONDS: '3' })
  const first = house.orchestrator()
  const second = house.orchestrator()
  const workers = zones.flatMap((zone) => [0, 1].map(() => ({ zone, process: witnessed(zone) })))
  const programs = [first, second, ...workers.map(({ process }) => process)]

  function witnessed(zone: Zone): HouseProcess {
    const file = fileURLToPath(new URL('../support/oracle-worker-program.ts', import.meta.url))
    const env = { WORKER_TYPE: zone, WORKER_LOADER: 'witnessed', LOAD_WITNESS: witness }
    return house.program({ name: `a ${zone} worker`, file, env })
  }

  beforeAll(async () => {
    await Promise.all(programs.map((program) => program.start()))
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('loads 10,000 objects when an orchestrator and a worker of each zone die on the way', async () => {
    const { definitions, parentsOf, zoneOfId } = layeredObjects(count, seed)
    const body = { objects: definitions, run_id: runId, all: true }
    expect(await clientOf(first).openRun(body)).toMatchObject({ ok: true, value: { objects: count } })

    const busy = await receiverOfAnswers(first, second)
    const idle = busy === first ? second : first
    const dooms: Doom[] = [{ victim: busy, concerns: () => true, at: count / 2 }]
    for (const zone of zones) {
      const victim = workers.find((worker) => worker.zone === zone)?.process ?? busy
      dooms.push({ victim, concerns: (id) => zoneOfId.get(id) === zone, at: Math.floor(count / 3 / 2) })
    }
    const { facts, reborn } = await killOnTheWay(idle, dooms)

    const end = facts.at(-1)
    expect(end).toMatchObject({ type: 'run-ended', state: 'succeeded', counts: { loaded: count, failed: 0 } })
    expect(end?.duration_ms).toBeLessThan(longestRunMs)
    expect(reborn).toHaveLength(dooms.length)
    await Promise.all(reborn)
    expect(await factsOf(clientOf(busy), runId)).toEqual(facts)

    const ends = await Promise.all(programs.map((program) => program.kill('SIGTERM')))
    expect(ends).toEqual(programs.map(() => ({ code: 0, signal: null })))
    const report = readWitness(witness, parentsOf)
    const twice = `${report.starts - count} starts and ${report.ends - count} ends of them more than once`
    process.stderr.write(`[kill] ${count} objects in ${end?.duration_ms} ms, ${twice}\n`)
    expect(report.unreadable).toEqual([])
    expect(report.early).toEqual([])
    expect(report.loaded.size).toBe(count)
  })
})

/** Follows the run at `witness`, kills as it is doomed, and starts the dead again at once. */
async function killOnTheWay(witness: HouseProcess, dooms: readonly Doom[]) {
  const facts: FactLine[] = []
  const reborn: Promise<void>[] = []
  const seen = dooms.map(() => 0)
  for await (const fact of clientOf(witness).followFacts(runId)) {
    facts.push(fact)
    if (fact.type !== 'object-loaded') continue
    for (const [index, { victim, concerns, at }] of dooms.entries()) {
      if (!concerns(`${fact.object_id}`)) continue
      const now = (seen[index] ?? 0) + 1
      seen[index] = now
      if (now !== at) continue
      expect(await victim.kill('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' })
      reborn.push(victim.start())
    }
  }
  return { facts, reborn }
}

/** The replica to which the answers of the run go; the other one is idle. */
async function receiverOfAnswers(...replicas: readonly HouseProcess[]): Promise<HouseProcess> {
  const name = 'orchestrator_loaded_received_total'
  let busy: HouseProcess | undefined
  await replicas[0]?.until('and its twin receive no answers', async () => {
    for (const one of replicas) if (metricSum((await one.get('metrics')).text, name) > 0) busy = one
    if (busy === undefined) throw new Error('none yet')
  })
  if (busy === undefined) throw new Error('there is no replica')
  return busy
}
