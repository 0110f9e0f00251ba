// What doctor finds where journal, store and groups do not agree, and what it does about it; each defect planted by hand.

import { beforeEach, describe, expect, it } from 'vitest'
import { defaultTopics } from '../../../shared/events/topics.ts'
import { checkGroup } from '../../../tools/doctor/consistency/check-group.ts'
import { isMended } from '../../../tools/doctor/consistency/is-mended.ts'
import { repairsOf, wordsOf } from '../../../tools/doctor/consistency/repairer.ts'
import { DoctorBench } from '../../support/doctor-bench.ts'
import { realPlanOf } from '../../support/replica-bench.ts'

const plan = realPlanOf({ a: [], b: ['a'], c: ['b'] })
let bench: DoctorBench

/** A run that goes on: `a` is loaded and `b` is out, with a worker. */
beforeEach(async () => {
  bench = new DoctorBench()
  await bench.open('run-1', plan)
  await bench.answer('run-1', 'a')
  bench.takeReady()
  bench.holders.set('b', { kind: 'held', owner: 'w', untilMs: Number.POSITIVE_INFINITY })
})

/** The defect is found, mended, and not found again. */
async function expectMended(codes: readonly string[], repairs: readonly string[]): Promise<void> {
  expect(await bench.codes()).toEqual(codes)
  expect(await bench.fix()).toEqual(repairs)
  bench.takeReady()
  expect(await bench.findings()).toEqual([])
  expect(await bench.fix()).toEqual([])
}

describe('doctor finds nothing', () => {
  it('in a house where all is well, neither while a run goes on nor when it has ended', async () => {
    expect(await bench.findings()).toEqual([])
    await bench.answer('run-1', 'b')
    await bench.answer('run-1', 'c')
    await bench.leave()
    bench.takeReady()
    await bench.clock.advance(60_000)
    expect(await bench.store.summary('run-1')).toMatchObject({ state: 'succeeded' })
    expect(await bench.findings()).toEqual([])
  })

  it('wrong with an outbox that is younger than the grace', async () => {
    await bench.leave()
    bench.store.kept('run-1').relayed = 1
    expect(await bench.codes()).toEqual([])
  })
})

describe('doctor finds and mends', () => {
  beforeEach(() => bench.leave())

  it('a run that the store lost', async () => {
    bench.store.take('run-1')
    await expectMended(['RUN_MISSING'], ['rebuild done'])
    expect(await bench.store.summary('run-1')).toMatchObject({ state: 'running', counts: { loaded: 1 } })
  })

  it('a run of which the store lost the last commits', async () => {
    const kept = bench.store.kept('run-1')
    kept.records.pop()
    kept.last = 'of another time'
    await expectMended(['RUN_BEHIND'], ['rebuild done'])
  })

  it('a run that has ended and lost a commit', async () => {
    const ended = new DoctorBench()
    bench = ended
    await ended.open('run-1', realPlanOf({ a: [] }))
    await ended.answer('run-1', 'a')
    await ended.leave()
    ended.takeReady()
    ended.store.kept('run-1').records.pop()
    ended.store.kept('run-1').last = 'of another time'
    await expectMended(['RUN_BEHIND'], ['rebuild done'])
    expect(await ended.store.summary('run-1')).toMatchObject({ state: 'succeeded' })
  })

  it('a run of another branch', async () => {
    const kept = bench.store.kept('run-1')
    const { records } = kept
    records[records.length - 1] = JSON.stringify({ v: 1, id: 'another' })
    kept.last = 'another'
    await expectMended(['RUN_DIVERGED'], ['rebuild done'])
  })

  it('a store that was emptied', async () => {
    bench.store.lose()
    await expectMended(['RUN_MISSING', 'STORE_NOT_WHOLE'], ['rebuild done'])
  })

  it('a plan that the store lost', async () => {
    bench.store.takePlan(plan.hash)
    await expectMended(['PLAN_NOT_STORED'], ['store-plan done'])
    expect(await bench.store.loadPlan(plan.hash)).toBeDefined()
  })

  it('an outbox that nobody drains', async () => {
    bench.store.kept('run-1').relayed = 1
    await bench.clock.advance(60_000)
    await expectMended(['OUTBOX_NOT_DRAINED'], ['attend done'])
  })

  it('an orphan counter, and leaves those of a run that goes on or expires in time', async () => {
    bench.store.counters.set('nobody', 60_000)
    bench.store.counters.set('run-1', 60_000)
    expect(await bench.codes()).toEqual(['COUNTERS_ORPHANED'])
    expect(await bench.fix()).toEqual(['forget-counters done'])
    expect([...bench.store.counters.keys()]).toEqual(['run-1'])
    expect(await bench.findings()).toEqual([])
  })

  it('a head without commits that the journal does not know', async () => {
    const head = { last: 'x', relayed: 0, keptAtMs: 0, dueAtMs: 0, plan: undefined, hasEnded: false }
    bench.store.heads.set('nobody', { ...head, isHeld: false })
    await expectMended(['HEAD_ORPHANED'], ['forget-head done'])
  })

  it('a plan that nobody uses and nothing removes', async () => {
    await bench.store.savePlan('old', ['{}'])
    await expectMended(['PLAN_ORPHANED'], ['forget-plan done'])
  })

  it('a run that nobody looks at', async () => {
    bench.store.left.add('run-1')
    await expectMended(['RUN_NOT_ENTERED'], ['enter done'])
  })

  it('an attempt that no worker has and that waits for none, once it is old enough', async () => {
    bench.holders.clear()
    expect(await bench.codes()).toEqual([])
    await bench.clock.advance(60_000)
    expect(await bench.codes()).toEqual(['ATTEMPT_LOST'])
    expect(await bench.fix()).toEqual(['announce done'])
    // It waits for its zone again.
    expect(await bench.codes()).toEqual([])
    expect(await ready()).toEqual(['a 1', 'b 1', 'b 1'])
  })

  it('an answer that never came, unless answers wait to be read', async () => {
    bench.holders.set('b', { kind: 'over' })
    await bench.clock.advance(60_000)
    expect(await bench.codes()).toEqual(['ATTEMPT_LOST'])
    await bench.transport.publish([{ topic: defaultTopics.loaded, key: 'run-1', value: '{}' }])
    expect(await bench.codes()).toEqual([])
  })

  it('a group that is moved beyond the end of its topic, when nobody is in it', async () => {
    bench.offsets.set(`orchestrator ${defaultTopics.loaded} 0`, 1_000)
    const [found, ...others] = await bench.findings()
    expect([found?.code, found?.repair, others]).toEqual(['GROUP_OUT_OF_RANGE', null, []])
    bench.members.set('orchestrator', 0)
    expect(await bench.codes()).toEqual(['GROUP_OUT_OF_RANGE', 'GROUP_WITHOUT_MEMBERS'])
    expect(await bench.fix()).toEqual(['move-offset done'])
    expect(bench.offsets.get(`orchestrator ${defaultTopics.loaded} 0`)).toBe(0)
    expect(await bench.codes()).not.toContain('GROUP_OUT_OF_RANGE')
  })
})

describe('doctor mends beside an orchestrator at work', () => {
  it('a run that it lost, and both go on with the same one', async () => {
    bench.store.take('run-1')
    expect(await bench.fix()).toEqual(['rebuild done'])
    await bench.answer('run-1', 'b')
    await bench.answer('run-1', 'c')
    await bench.clock.advance(60_000)
    expect(await bench.store.summary('run-1')).toMatchObject({ state: 'succeeded', counts: { loaded: 3 } })
    bench.takeReady()
    expect(await bench.findings()).toEqual([])
  })

  it('nothing that somebody else has mended since it looked', async () => {
    bench.store.counters.set('nobody', 1)
    const [repair] = repairsOf(await bench.findings())
    bench.store.counters.delete('nobody')
    expect(await bench.repairer().repair(repair ?? { kind: 'rebuild' })).toMatchObject({
      outcome: 'unneeded',
    })
  })

  it('an attempt that was answered meanwhile is not sent again', async () => {
    bench.holders.clear()
    await bench.clock.advance(60_000)
    const [repair] = repairsOf(await bench.findings())
    await bench.answer('run-1', 'b')
    expect(await bench.repairer().repair(repair ?? { kind: 'rebuild' })).toMatchObject({
      outcome: 'unneeded',
    })
    expect(await ready()).toEqual(['a 1', 'b 1', 'c 1'])
  })
})

describe('doctor finds', () => {
  it('a deadline that nobody watches, and has it decided', async () => {
    bench = new DoctorBench()
    await bench.open('run-1', plan, { answer_timeout_ms: 5_000, max_retries: 0 })
    await bench.leave()
    await bench.clock.advance(60_000)
    bench.takeReady()
    await expectMended(['TIMER_OVERDUE'], ['attend done'])
    expect(await bench.store.summary('run-1')).toMatchObject({ state: 'failed' })
  })

  it('a deadline of an object when the due time of its run is lost', async () => {
    bench = new DoctorBench()
    await bench.open('run-1', plan, { answer_timeout_ms: 5_000, max_retries: 0 })
    await bench.leave()
    await bench.clock.advance(60_000)
    bench.takeReady()
    bench.store.kept('run-1').dueAtMs = Number.POSITIVE_INFINITY
    await expectMended(['ATTEMPT_OVERDUE'], ['attend done'])
  })

  it('an outcome that was never announced, and changes no facts', async () => {
    await bench.leave()
    const at = { v: 1, run_id: 'foreign', at_ms: 0 }
    const opened = { ...at, id: 'x1', version: 1, facts: [{ type: 'run-opened', plan: 'p' }] }
    const loaded = { ...at, id: 'x2', prev: 'x1', version: 2 }
    const facts = [{ type: 'object-loaded', object_id: 'z', attempt: 1 }]
    await journal(opened, { ...loaded, facts })
    const found = (await bench.findings()).find(({ code }) => code === 'OUTCOME_WITHOUT_READY')
    expect(found).toMatchObject({ subject: 'object z of run foreign', repair: null })
  })

  it('no such outcome where the announcement only stands later in the journal', async () => {
    await bench.leave()
    const at = { v: 1, run_id: 'foreign', at_ms: 0 }
    const ready = [
      { type: 'run-opened', plan: 'p' },
      { type: 'object-ready', object_id: 'z', attempt: 1 },
    ]
    const facts = [{ type: 'object-loaded', object_id: 'z', attempt: 1 }]
    await journal(
      { ...at, id: 'x2', prev: 'x1', version: 2, facts },
      { ...at, id: 'x1', version: 1, facts: ready },
    )
    expect(await bench.codes('foreign')).toEqual(['RUN_MISSING'])
  })

  it('what is published and not in the journal, and leaves it', async () => {
    await bench.leave()
    const kept = bench.store.kept('run-1')
    const record = JSON.stringify({
      v: 1,
      id: 'new',
      prev: kept.last,
      run_id: 'run-1',
      version: 9,
      at_ms: 0,
      facts: [],
    })
    kept.records.push(record)
    Object.assign(kept, { last: 'new', relayed: kept.records.length })
    const [found] = await bench.findings()
    expect(found).toMatchObject({ code: 'RUN_NOT_JOURNALLED', repair: null })
    expect(await bench.fix()).toEqual([])
  })

  it('a plan that the journal lacks, and journals it again', async () => {
    const other = new DoctorBench()
    await other.open('run-2', plan)
    await other.leave()
    // A journal that has the commits and lost the plan.
    const commits = await other.recordsOf(defaultTopics.journal, (value) => Array.isArray(value.facts))
    const kept = other.store.kept('run-2')
    bench = new DoctorBench()
    bench.store.adopt('run-2', kept)
    await bench.store.savePlan(plan.hash, (await other.store.loadPlan(plan.hash)) ?? [])
    await journal(...commits)
    await expectMended(['PLAN_NOT_JOURNALLED'], ['journal-plan done'])
  })

  it('a run that cannot be read, and leaves it', async () => {
    await bench.leave()
    bench.store.takePlan(plan.hash)
    await bench.store.savePlan(plan.hash, ['no plan'])
    expect(await bench.findings()).toMatchObject([{ code: 'RUN_UNREADABLE', repair: null }])
  })

  it('groups that nobody is in, and that lag', async () => {
    await bench.leave()
    const topic = `${defaultTopics.ready}.application`
    const records = Array.from({ length: 2_000 }, (_, n) => ({ topic, key: String(n), value: '{}' }))
    await bench.transport.publish(records)
    expect(await bench.codes()).toEqual(['GROUP_LAGS'])
    bench.members.set('zone.application', 0)
    expect(await bench.findings()).toMatchObject([{ code: 'GROUP_WITHOUT_MEMBERS', state: 'fail' }])
    bench.members.set('zone.ingestion', 0)
    expect(await bench.findings()).toMatchObject([{ state: 'warn' }, { state: 'fail' }])
  })

  it('only what is asked for, when a run is named', async () => {
    await bench.open('run-2', plan)
    await bench.leave()
    bench.store.take('run-1')
    expect(await bench.codes('run-2')).toEqual([])
    expect(await bench.codes('run-1')).toEqual(['RUN_MISSING'])
  })
})

describe('a group', () => {
  const at = { topic: 't', start: 10, end: 20 }
  const seen = (...committed: readonly (number | undefined)[]) => ({
    ...{ group: 'g', members: 1 },
    positions: committed.map((offset, partition) => ({ ...at, partition, committed: offset })),
  })

  it.each<[string, readonly (number | undefined)[], readonly string[]]>([
    ['within its log is well', [10, 20], []],
    ['that never committed begins with the oldest, as it should', [undefined, undefined], []],
    ['of which some offsets are gone is told of', [15, undefined], ['GROUP_OFFSETS_GONE']],
    ['before the beginning of its log is out of range', [9], ['GROUP_OUT_OF_RANGE']],
    ['behind the end of its log is out of range', [21], ['GROUP_OUT_OF_RANGE']],
  ])('%s', (_, committed, codes) => {
    expect(checkGroup(seen(...committed)).map(({ code }) => code)).toEqual(codes)
  })
})

describe('repairs', () => {
  it('are each made once, what others stand on first, and have words', async () => {
    await bench.leave()
    bench.store.take('run-1')
    bench.store.lose()
    bench.store.counters.set('nobody', 1)
    const repairs = repairsOf(await bench.findings())
    expect(repairs.map(({ kind }) => kind)).toEqual(['rebuild', 'forget-counters'])
    expect(repairs.map(wordsOf)).toEqual([
      'rebuild Redis from the journal, and publish what may not have been',
      'remove the retry counters of run nobody',
    ])
  })

  it('that fail are told with their reason, and then nothing is mended', async () => {
    await bench.leave()
    bench.store.take('run-1')
    const found = await bench.findings()
    bench.broker.setReachable(false)
    const [repair] = repairsOf(found)
    const repaired = await bench.repairer().repair(repair ?? { kind: 'rebuild' })
    expect(repaired).toMatchObject({
      outcome: 'failed',
      message: expect.stringContaining('no broker answers'),
    })
    expect(isMended(found, [repaired])).toBe(false)
    expect(isMended(found, [{ ...repaired, outcome: 'done' }])).toBe(true)
  })
})

async function journal(...commits: readonly object[]): Promise<void> {
  const topic = defaultTopics.journal
  await bench.transport.publish(
    commits.map((commit) => ({ topic, key: 'foreign', value: JSON.stringify(commit) })),
  )
}

async function ready(): Promise<readonly string[]> {
  const found: string[] = []
  for (const zone of ['ingestion', 'standardization', 'application']) {
    const topic = `${defaultTopics.ready}.${zone}`
    for (const { id, attempt } of await bench.recordsOf(topic)) found.push(`${id} ${attempt}`)
  }
  return found
}
