// Two orchestrators of one house and the clock: what a schedule or a person opens is opened once.

import { beforeAll, expect, it } from 'vitest'
import { describeWithBrokers } from '../support/brokers/brokers.ts'
import { clientOf, realHouse } from '../support/real-house.ts'

const openedByClock = '"run opened"'
const openedByOther = '"run not opened: exists"'

describeWithBrokers('two orchestrators', (brokers) => {
  const house = realHouse('replicas', brokers, { SCHEDULE_CATCH_UP: 'last', LOG_LEVEL: 'debug' })
  const replicas = [house.orchestrator(), house.orchestrator()]
  const clients = () => replicas.map(clientOf)

  beforeAll(async () => {
    await Promise.all(replicas.map((replica) => replica.start()))
  })

  /** Its story is the same at both, and begins once. Nobody loads anything here: it is read up to its first object. */
  async function expectOneOpening(runId: string): Promise<void> {
    for (const client of clients()) {
      const types: string[] = []
      for await (const { type } of client.followFacts(runId)) {
        types.push(type)
        if (type === 'object-ready') break
      }
      expect(types).toEqual(['run-opened', 'object-ready'])
    }
  }

  it('open the tick that both have missed once, and have one story of it', async () => {
    for (const replica of replicas) {
      await replica.until('does not make up for the tick', async () => {
        const said = replica.output()
        if (!said.includes(openedByClock) && !said.includes(openedByOther)) throw new Error('not yet')
      })
    }
    const lists = await Promise.all(clients().map((client) => client.listRuns()))
    for (const { runs } of lists) {
      expect(runs.map((run) => run.run_id)).toEqual([
        expect.stringMatching(/^daily_operations@\d{4}-\d\d-\d\d$/),
      ])
      expect(runs[0]).toMatchObject({ state: 'running', workflow: 'daily_operations', objects: 5 })
    }
    expect(lists[0]).toEqual(lists[1])
    await expectOneOpening(lists[0]?.runs[0]?.run_id ?? '')
  })

  it('open a business date once, whoever is asked how often at the same time', async () => {
    const date = '2031-05-06'
    const asked = [...clients(), ...clients(), ...clients()]
    const answers = await Promise.all(asked.map((client) => client.trigger('daily_operations', { date })))
    expect(new Set(answers.map((answer) => answer.run_id))).toEqual(new Set([`daily_operations@${date}`]))
    // Two replicas that decide in the same millisecond keep the very same commit, and both have opened the run.
    const opened = answers.filter((answer) => answer.opened).length
    expect(opened).toBeGreaterThanOrEqual(1)
    expect(opened).toBeLessThanOrEqual(replicas.length)
    await expectOneOpening(`daily_operations@${date}`)
    const { runs } = await clientOf(replicas[0] ?? house.orchestrator()).listRuns()
    expect(runs.filter((run) => run.business_date === date)).toHaveLength(1)
  })
})
