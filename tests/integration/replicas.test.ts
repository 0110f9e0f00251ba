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

  it('open the tick that both have missed once, and have one story of it', async () => {
    for (const replica of replicas) {
      await replica.until('does not make up for the tick', async () => {
        const said = replica.output()
        if (!said.includes(openedByClock) && !said.includes(openedByOther)) throw new Error('not yet')
      })
    }
    expect(replicas.filter((one) => one.output().includes(openedByClock))).toHaveLength(1)
    const lists = await Promise.all(clients().map((client) => client.listRuns()))
    for (const { runs } of lists) {
      expect(runs.map((run) => run.run_id)).toEqual([
        expect.stringMatching(/^daily_operations@\d{4}-\d\d-\d\d$/),
      ])
      expect(runs[0]).toMatchObject({ state: 'running', workflow: 'daily_operations', objects: 5 })
    }
    expect(lists[0]).toEqual(lists[1])
  })

  it('open a business date once, whoever is asked how often at the same time', async () => {
    const date = '2031-05-06'
    const asked = [...clients(), ...clients(), ...clients()]
    const answers = await Promise.all(asked.map((client) => client.trigger('daily_operations', { date })))
    expect(new Set(answers.map((answer) => answer.run_id))).toEqual(new Set([`daily_operations@${date}`]))
    expect(answers.filter((answer) => answer.opened)).toHaveLength(1)
    const { runs } = await clientOf(replicas[0] ?? house.orchestrator()).listRuns()
    expect(runs.filter((run) => run.business_date === date)).toHaveLength(1)
  })
})
