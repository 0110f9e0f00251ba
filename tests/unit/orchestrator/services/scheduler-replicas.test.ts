// Tests of the morning with the real opener and conductor: two orchestrators that share nothing but the store.

import { describe, expect, it } from 'vitest'
import { readWorkflows } from '../../../../orchestrator/adapters/file/workflow-files.ts'
import { MemoryLoadRegistry } from '../../../../orchestrator/adapters/memory/memory-load-registry.ts'
import { MemoryRunStore } from '../../../../orchestrator/adapters/memory/memory-run-store.ts'
import { defaultRunPolicy } from '../../../../orchestrator/core/run/run-policy.ts'
import { Conductor } from '../../../../orchestrator/services/conductor.ts'
import { Relay } from '../../../../orchestrator/services/relay.ts'
import { RunOpener } from '../../../../orchestrator/services/run-opener.ts'
import { Scheduler } from '../../../../orchestrator/services/scheduler.ts'
import type { CatchUp } from '../../../../orchestrator/services/tick-watch.ts'
import { seededRandom } from '../../../../shared/base/random.ts'
import { defaultTopics } from '../../../../shared/events/topics.ts'
import type { OutgoingRecord } from '../../../../shared/ports/transport.ts'
import { LeapingClock } from '../../../support/leaping-clock.ts'
import { recordingLogger } from '../../../support/recording-logger.ts'
import { wholeStore } from '../../../support/whole-store.ts'

const read = await readWorkflows(new URL('../../../../tools/workflows', import.meta.url).pathname)
const workflows = read.ok ? read.value : []

function houseAt(start: string) {
  const clock = new LeapingClock(start)
  const logger = recordingLogger()
  const store = new MemoryRunStore(() => clock.nowMs())
  const published: OutgoingRecord[] = []
  const transport = { publish: async (records: readonly OutgoingRecord[]) => void published.push(...records) }
  const orchestrator = (catchUp: CatchUp) => {
    const surroundings = { clock, logger, topics: defaultTopics, random: seededRandom(1) }
    const shared = { ...surroundings, store, transport, restorer: wholeStore }
    const conductor = new Conductor({
      ...shared,
      relay: new Relay(shared),
      kept: () => {},
      relayed: () => {},
    })
    const timeZone = 'Europe/Madrid'
    const opener = new RunOpener({ ...shared, registry: new MemoryLoadRegistry(), conductor, timeZone })
    const policy = defaultRunPolicy
    return new Scheduler({
      ...shared,
      workflows,
      tenants: ['default'],
      opener,
      policy,
      catchUp,
      timeZone,
      beat: () => {},
    })
  }
  const ready = () => published.filter(({ topic }) => topic === `${defaultTopics.ready}.ingestion`)
  return { clock, logger, store, orchestrator, ready }
}

describe('two orchestrators', () => {
  it('open the morning once and announce its first step, and no other', async () => {
    const { clock, store, orchestrator, ready } = houseAt('2026-11-21T06:30:00Z')
    await orchestrator('last').start()
    await orchestrator('none').start()
    await clock.advanceTo('2026-11-21T06:59:59Z')
    expect((await store.list({ limit: 10 })).map(({ runId }) => runId)).toEqual([
      'daily_operations@2026-11-20',
    ])
    await clock.advanceTo('2026-11-21T07:00:10Z')
    expect(await store.list({ limit: 10 })).toMatchObject([
      {
        runId: 'daily_operations@2026-11-21',
        state: 'running',
        workflow: 'daily_operations',
        businessDate: '2026-11-21',
        objects: 5,
        counts: { ready: 1, waiting: 4 },
      },
      { runId: 'daily_operations@2026-11-20' },
    ])
    // What is announced twice is the same event twice.
    const events = new Set(ready().map(({ headers }) => String(headers?.ce_id)))
    expect(events.size).toBe(2)
  })

  it('do not open it again when one of them comes back later', async () => {
    const { clock, store, logger, orchestrator, ready } = houseAt('2026-11-21T06:30:00Z')
    await orchestrator('none').start()
    await clock.advanceTo('2026-11-21T10:00:00Z')
    const before = ready().length
    const version = (await store.read('daily_operations@2026-11-21', 0))?.version
    await orchestrator('last').start()
    await clock.advance(1_000)
    expect((await store.read('daily_operations@2026-11-21', 0))?.version).toBe(version)
    expect(ready()).toHaveLength(before)
    expect(logger.messages('error')).toEqual([])
  })
})
