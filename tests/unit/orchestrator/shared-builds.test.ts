// Runs of one tenant and business date share the loads that they need at the same time, whatever goes wrong.

import { beforeEach, describe, expect, it } from 'vitest'
import { MemoryBuildRegistry } from '../../../orchestrator/adapters/memory/memory-build-registry.ts'
import { MemoryRunStore } from '../../../orchestrator/adapters/memory/memory-run-store.ts'
import type { RunPolicy } from '../../../orchestrator/core/run/run-policy.ts'
import type { BuildRegistry } from '../../../orchestrator/ports/build-registry.ts'
import { MemoryBroker } from '../../../shared/adapters/memory/memory-broker.ts'
import { MemoryTransport } from '../../../shared/adapters/memory/memory-transport.ts'
import { VirtualClock } from '../../../shared/adapters/memory/virtual-clock.ts'
import { PrometheusMeter } from '../../../shared/adapters/system/prometheus-meter.ts'
import type { Json } from '../../../shared/base/json.ts'
import type { ReadyEvent } from '../../../shared/events/ready.ts'
import { defaultTopics } from '../../../shared/events/topics.ts'
import { memoryOrchestrator } from '../../support/memory-orchestrator.ts'
import { metricSum } from '../../support/metric-sum.ts'
import { recordingLogger } from '../../support/recording-logger.ts'
import { openRequest, patient, realPlanOf } from '../../support/replica-bench.ts'
import { Strikes } from '../../support/strikes.ts'
import { transportWith } from '../../support/zone-bench.ts'

const plan = realPlanOf({ a: [], b: ['a'] })
const date = '2026-11-21'

let clock: VirtualClock
let broker: MemoryBroker
let wire: MemoryTransport
let store: MemoryRunStore
let builds: MemoryBuildRegistry

beforeEach(() => {
  clock = new VirtualClock()
  broker = new MemoryBroker({ clock, sessionTimeoutMs: 1_000 })
  wire = new MemoryTransport(broker)
  store = new MemoryRunStore(() => clock.nowMs())
  builds = new MemoryBuildRegistry(() => clock.nowMs())
})

function replica() {
  const calls = { claim: new Strikes(), close: new Strikes(), publish: new Strikes() }
  const transport = new MemoryTransport(broker)
  const struck: BuildRegistry = {
    claim: (...given) => calls.claim.call(() => builds.claim(...given)),
    close: (...given) => calls.close.call(() => builds.close(...given)),
    leave: (...given) => builds.leave(...given),
    ownersOf: (...given) => builds.ownersOf(...given),
  }
  const meter = new PrometheusMeter()
  const logger = recordingLogger()
  const orchestrator = memoryOrchestrator({
    transport: transportWith(transport, {
      publish: (records) => calls.publish.call(() => transport.publish(records)),
    }),
    store,
    recovery: store,
    builds: struck,
    clock,
    logger,
    meter,
  })
  /** As SIGKILL does: its calls do not return, and others take its partitions over. */
  const kill = () => {
    for (const strikes of Object.values(calls)) strikes.hold()
    transport.crash()
  }
  return { orchestrator, calls, meter, logger, kill }
}

type Replica = ReturnType<typeof replica>

async function started(): Promise<Replica> {
  const made = replica()
  await made.orchestrator.start()
  return made
}

interface Wish {
  readonly policy?: Partial<RunPolicy>
  readonly tenant?: string
  readonly businessDate?: string
}

async function open({ orchestrator }: Replica, runId: string, wish: Wish = {}): Promise<void> {
  const { policy = {}, tenant = 'default' } = wish
  const names = { tenant, businessDate: date, ...wish, policy: { ...patient, ...policy } }
  await orchestrator.opener.open(openRequest(runId, plan, names))
}

/** Every Ready event on the wire, as `run object attempt`. */
async function announced(): Promise<readonly string[]> {
  const found: string[] = []
  for (const zone of ['ingestion', 'standardization']) {
    await wire.scan(`${defaultTopics.ready}.${zone}`, undefined, ({ value }) => {
      const { run_id, id, attempt } = JSON.parse(String(value)) as ReadyEvent
      found.push(`${run_id} ${id} ${attempt}`)
    })
  }
  return found
}

async function say(topic: string, fields: object): Promise<void> {
  await wire.publish([{ topic, key: 'any', value: JSON.stringify(fields) }])
  await clock.advance(0)
}

const loaded = (run_id: string, id: string, attempt?: number, result?: Json) =>
  say(defaultTopics.loaded, { run_id, id, attempt, result })
const failed = (run_id: string, id: string, attempt = 1, retryable = true) =>
  say(defaultTopics.failed, { run_id, id, attempt, error: { code: 'NO_DISK', retryable, detail: 'full' } })

async function cancel({ orchestrator }: Replica, runId: string): Promise<void> {
  const input = { kind: 'cancel', reason: 'a test wants it' } as const
  orchestrator.conductor.submit(runId, { input, settle: () => {}, refuse: () => {} })
  await clock.advance(0)
}

/** The facts of a run that have an object, as `type object attempt`. */
async function said(runId: string): Promise<readonly string[]> {
  const stored = await store.read(runId, 0)
  return (stored?.records ?? []).flatMap((record) =>
    (JSON.parse(record) as { facts: { type: string; object_id?: string; attempt?: number }[] }).facts
      .filter(({ object_id }) => object_id !== undefined)
      .map(({ type, object_id, attempt = '' }) => `${type} ${object_id} ${attempt}`.trim()),
  )
}

const stateOf = async (runId: string) => (await store.summary(runId))?.state

/** Answers whose offset has not moved on. */
function uncommitted(): number {
  const { loaded: topic } = defaultTopics
  return broker
    .logs(topic)
    .map(({ end }, partition) => end - broker.positionOf('orchestrator', topic, partition))
    .reduce((sum, open) => sum + open, 0)
}

describe('two runs of one date', () => {
  it('load each object once, and both get its result', async () => {
    const one = await started()
    await open(one, 'one')
    await open(one, 'two')
    await loaded('one', 'a', 1, { rows: 3 })
    await loaded('one', 'b', 1)
    expect(await announced()).toEqual(['one a 1', 'one b 1'])
    for (const runId of ['one', 'two']) {
      expect(await stateOf(runId)).toBe('succeeded')
      expect(await said(runId)).toEqual([
        'object-ready a 1',
        'object-loaded a 1',
        'object-ready b 1',
        'object-loaded b 1',
      ])
    }
    expect(uncommitted()).toBe(0)
    expect(metricSum(await one.meter.exposition(), 'orchestrator_builds_joined_total')).toBe(2)
    expect(one.logger.lines).toContainEqual({
      level: 'info',
      message: 'a run joined builds of others',
      fields: { run_id: 'two', objects: 1 },
    })
  })

  it('share what they need at the same time, also when one began earlier', async () => {
    const one = await started()
    await open(one, 'one')
    await loaded('one', 'a', 1, 'same')
    await open(one, 'two')
    await loaded('two', 'a', 1, 'same')
    expect(await announced()).toEqual(['one a 1', 'two a 1', 'one b 1'])
    await loaded('one', 'b')
    expect([await stateOf('one'), await stateOf('two')]).toEqual(['succeeded', 'succeeded'])
  })

  it('do not share what parents gave them differently', async () => {
    const one = await started()
    await open(one, 'one')
    await loaded('one', 'a', 1, 'of the morning')
    await open(one, 'two')
    await loaded('two', 'a', 1, 'of the evening')
    expect(await announced()).toEqual(['one a 1', 'two a 1', 'one b 1', 'two b 1'])
  })

  it('share over replicas', async () => {
    const [one, other] = [await started(), await started()]
    await open(one, 'one')
    await open(other, 'two')
    await loaded('one', 'a')
    await clock.advance(1_000)
    await loaded('one', 'b')
    await clock.advance(1_000)
    expect(await announced()).toEqual(['one a 1', 'one b 1'])
    expect([await stateOf('one'), await stateOf('two')]).toEqual(['succeeded', 'succeeded'])
  })

  it('fail and retry together, and share again', async () => {
    const one = await started()
    await open(one, 'one')
    await open(one, 'two')
    await failed('one', 'a')
    await clock.advance(2_000)
    expect(await said('two')).toEqual(['object-ready a 1', 'object-retry-scheduled a 1', 'object-ready a 2'])
    expect(await announced()).toEqual(['one a 1', 'one a 2'])
    await loaded('one', 'a', 2)
    await loaded('one', 'b', 1)
    expect([await stateOf('one'), await stateOf('two')]).toEqual(['succeeded', 'succeeded'])
  })

  it('each have their own patience: what is final for one is tried again by the other', async () => {
    const one = await started()
    await open(one, 'one', { policy: { max_retries: 0 } })
    await open(one, 'two', { policy: { max_retries: 1 } })
    await failed('one', 'a')
    await clock.advance(2_000)
    expect(await stateOf('one')).toBe('failed')
    expect(await announced()).toEqual(['one a 1', 'two a 2'])
    await loaded('two', 'a', 2)
    await loaded('two', 'b', 1)
    expect(await stateOf('two')).toBe('succeeded')
  })

  it('understand an answer that says no attempt', async () => {
    const one = await started()
    await open(one, 'one')
    await open(one, 'two')
    await loaded('one', 'a')
    await loaded('one', 'b')
    expect([await stateOf('one'), await stateOf('two')]).toEqual(['succeeded', 'succeeded'])
  })
})

describe('why', () => {
  it('says whose load a run has joined', async () => {
    const { orchestrator, ...rest } = await started()
    for (const runId of ['one', 'two']) await open({ orchestrator, ...rest }, runId)
    const [step] = (await orchestrator.explainer.why('a', 'two')).steps
    expect(step).toMatchObject({ reason: 'joined-build', text: expect.stringContaining('run one') })
    expect((await orchestrator.explainer.why('a', 'one')).steps[0]?.reason).not.toBe('joined-build')
  })
})

describe('runs that are not of one tenant and date', () => {
  it.each([
    ['another date', { businessDate: '2026-11-22' }],
    ['another tenant', { tenant: 'north' }],
    ['less patience', { policy: { attempt_timeout_ms: 1_000 } }],
  ])('share nothing: %s', async (_, wish) => {
    const one = await started()
    await open(one, 'one')
    await open(one, 'two', wish)
    expect(await announced()).toEqual(['one a 1', 'two a 1'])
  })

  it('share nothing without a date, and ask nobody', async () => {
    const { orchestrator, calls } = await started()
    for (const runId of ['one', 'two']) await orchestrator.opener.open(openRequest(runId, plan))
    for (const runId of ['one', 'two']) for (const id of ['a', 'b']) await loaded(runId, id)
    expect(await announced()).toEqual(['one a 1', 'two a 1', 'one b 1', 'two b 1'])
    expect([calls.claim.calls, calls.close.calls]).toEqual([0, 0])
  })
})

describe('a cancel', () => {
  it('of the run that announced the load leaves it to the others', async () => {
    const one = await started()
    await open(one, 'one')
    await open(one, 'two')
    await cancel(one, 'one')
    await loaded('one', 'a')
    await clock.advance(0)
    expect(await announced()).toEqual(['one a 1', 'two b 1'])
    await loaded('two', 'b')
    expect([await stateOf('one'), await stateOf('two')]).toEqual(['cancelled', 'succeeded'])
    expect(uncommitted()).toBe(0)
  })

  it('of a run that joined changes nothing for the others', async () => {
    const one = await started()
    await open(one, 'one')
    await open(one, 'two')
    await cancel(one, 'two')
    await loaded('one', 'a')
    await loaded('one', 'b')
    expect(await announced()).toEqual(['one a 1', 'one b 1'])
    expect([await stateOf('one'), await stateOf('two')]).toEqual(['succeeded', 'cancelled'])
  })
})

describe('an attempt that its run gives up while it is on its way', () => {
  it('is announced for who has joined it, although whoever announced it dies before', async () => {
    await diesBefore(await started(), 'one', async () => open(await started(), 'two'))
    expect(await announced()).toEqual(['one a 1'])
    await loaded('one', 'a', 1)
    expect(await said('two')).toContain('object-loaded a 1')
  })

  it('is not announced when nobody has joined it', async () => {
    await diesBefore(await started(), 'one')
    expect(await announced()).toEqual([])
  })

  it('is not announced for who had only joined it: that is what the other waits for too', async () => {
    const one = await started()
    await open(one, 'one')
    await diesBefore(one, 'two')
    expect(await announced()).toEqual(['one a 1'])
  })

  it('is joined by nobody, also when it asks for its build only then', async () => {
    const one = await started()
    const go = one.calls.claim.hold()
    void open(one, 'one')
    await clock.advance(0)
    await cancel(one, 'one')
    go()
    await open(one, 'two')
    expect(await announced()).toContain('two a 1')
  })
})

describe('whatever goes wrong', () => {
  it('a registry that is away holds the announcement up, and no longer', async () => {
    const one = await started()
    await open(one, 'one')
    one.calls.claim.begin()
    const opening = open(one, 'two')
    await clock.advance(3_000)
    expect(await announced()).toEqual(['one a 1'])
    one.calls.claim.end()
    await clock.advance(10_000)
    await opening
    expect(await announced()).toEqual(['one a 1'])
    await loaded('one', 'a')
    expect(await said('two')).toContain('object-loaded a 1')
  })

  it('a reply to a claim that is lost, and a publish that is tried again, change nothing', async () => {
    const one = await started()
    one.calls.claim.after(2)
    await openWhile(one, 'one')
    one.calls.claim.after(1)
    await openWhile(one, 'two')
    one.calls.publish.after(1, 'TRANSPORT_UNAVAILABLE')
    await loaded('one', 'a')
    await clock.advance(5_000)
    expect(new Set(await announced())).toEqual(new Set(['one a 1', 'one b 1']))
    await loaded('one', 'b')
    expect([await stateOf('one'), await stateOf('two')]).toEqual(['succeeded', 'succeeded'])
  })

  it('an answer is not done with before everybody who joined has settled it', async () => {
    const one = await started()
    await open(one, 'one')
    await open(one, 'two')
    one.calls.close.begin()
    await loaded('one', 'a')
    await clock.advance(5_000)
    expect(await said('one')).toContain('object-loaded a 1')
    expect(await said('two')).toEqual(['object-ready a 1'])
    expect(uncommitted()).toBe(1)
    one.calls.close.end()
    await clock.advance(10_000)
    expect(await said('two')).toContain('object-loaded a 1')
    expect(uncommitted()).toBe(0)
  })

  it('a replica that dies between closing a build and telling it is followed by one that tells it', async () => {
    const one = await started()
    await open(one, 'one')
    await open(one, 'two')
    one.calls.close.first(async () => {
      await builds.close(`${date} default`, [{ runId: 'one', objectId: 'a', attempt: 1 }])
      one.kill()
      await new Promise(() => {})
    })
    await loaded('one', 'a', 1)
    expect(await said('two')).toEqual(['object-ready a 1'])
    await started()
    await clock.advance(10_000)
    expect(await said('two')).toContain('object-loaded a 1')
    await loaded('one', 'b', 1)
    expect(await stateOf('two')).toBe('succeeded')
    expect(new Set(await announced())).toEqual(new Set(['one a 1', 'one b 1']))
  })

  it('a stopping replica leaves what nobody was told to the next', async () => {
    const one = await started()
    await open(one, 'one')
    await open(one, 'two')
    one.calls.close.begin()
    await loaded('one', 'a', 1)
    void one.orchestrator.stop()
    await clock.advance(6_000)
    expect(uncommitted()).toBe(1)
    await started()
    await clock.advance(10_000)
    expect(await said('two')).toContain('object-loaded a 1')
    expect(uncommitted()).toBe(0)
  })

  it('a store that loses everything makes nobody wait for ever: who is not answered is announced anew', async () => {
    const one = await started()
    await open(one, 'one')
    await open(one, 'two')
    await loaded('one', 'a', 1)
    store.lose()
    builds.lose()
    await clock.advance(60_000)
    for (const key of await announced()) {
      const [runId = '', id = '', attempt] = key.split(' ')
      await loaded(runId, id, Number(attempt))
    }
    await clock.advance(60_000)
    expect([await stateOf('one'), await stateOf('two')]).toEqual(['succeeded', 'succeeded'])
  })
})

/** The run is opened and cancelled; its replica dies before more than its plan is out, and another looks at it. */
async function diesBefore(one: Replica, runId: string, meanwhile = async () => {}): Promise<void> {
  one.calls.publish.first(async () => {})
  one.calls.publish.hold()
  void open(one, runId)
  await clock.advance(0)
  await meanwhile()
  await cancel(one, runId)
  one.kill()
  const heir = await started()
  void heir.orchestrator.conductor.attend(runId)
  await clock.advance(10_000)
  expect(await stateOf(runId)).toBe('cancelled')
}

async function openWhile(replica: Replica, runId: string): Promise<void> {
  const opening = open(replica, runId)
  await clock.advance(5_000)
  await opening
}
