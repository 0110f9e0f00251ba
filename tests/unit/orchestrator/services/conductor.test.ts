// Each run has its queue, its pump and its timer; what cannot be decided is refused, and a stop leaves nothing half said.

import { beforeEach, describe, expect, it } from 'vitest'
import { planChunks } from '../../../../orchestrator/core/graph/plan-chunks.ts'
import { Fault } from '../../../../shared/base/fault.ts'
import { patient, type Replica, ReplicaBench, realPlanOf } from '../../../support/replica-bench.ts'

const chain = realPlanOf({ a: [], b: ['a'], c: ['b'] })
const pair = realPlanOf({ a: [], b: [] })

let bench: ReplicaBench
let one: Replica
let two: Replica

beforeEach(() => {
  bench = new ReplicaBench()
  one = bench.replica()
  two = bench.replica()
})

const open = { kind: 'open', tenant: 'default', policy: patient, reused: [] } as const
const wide = (size: number) =>
  realPlanOf(Object.fromEntries(Array.from({ length: size }, (_, index) => [`o${index}`, []])))

describe('the queue of a run', () => {
  it('gathers while a commit is on its way, and is decided as one batch in its order', async () => {
    await one.open('run-1', pair)
    const commit = one.calls.commit.hold()
    one.loaded('run-1', 'a')
    await bench.settle()
    one.loaded('run-1', 'b')
    one.loaded('run-1', 'a')
    await bench.settle()
    expect(one.kept).toHaveLength(1)
    commit()
    await bench.settle()
    expect(one.kept.map(({ facts }) => facts.map(({ type }) => type))).toEqual([
      ['run-opened', 'object-ready', 'object-ready'],
      ['object-loaded'],
      ['object-loaded', 'run-ended'],
    ])
  })

  it('is decided together when it is filled in one turn', async () => {
    await one.open('run-1', pair)
    one.loaded('run-1', 'a')
    one.loaded('run-1', 'b')
    await bench.settle()
    expect(one.kept).toHaveLength(2)
  })

  it('is cut into batches of 4,000 inputs', async () => {
    await one.open('run-1', chain)
    const before = one.calls.commit.calls + one.calls.read.calls
    for (let time = 0; time < 4_001; time++) one.loaded('run-1', 'c')
    await bench.settle()
    expect(one.calls.commit.calls + one.calls.read.calls - before).toBe(2)
  })

  it('does not wait for a store call of another run that hangs', async () => {
    await one.open('run-1', chain)
    await one.open('run-2', chain)
    const release = one.calls.commit.hold()
    const stuck = one.loaded('run-1', 'a')
    await bench.settle()
    const other = one.loaded('run-2', 'a')
    await bench.settle()
    expect([stuck.ends, other.ends]).toEqual([0, 1])
    release()
    await bench.settle()
    expect(stuck.ends).toBe(1)
  })
})

describe('what cannot be decided', () => {
  it('is an input of a run that nobody has opened: RUN_UNKNOWN, and it can be opened after that', async () => {
    const answer = one.loaded('run-1', 'a')
    await bench.settle()
    expect(answer).toMatchObject({ refused: { code: 'RUN_UNKNOWN' }, ends: 1 })
    expect(one.logger.lines.map(({ level }) => level)).not.toContain('error')
    expect(await one.open('run-1', chain)).toBe('opened')
  })

  it('is an answer for an object the run does not have: OBJECT_UNKNOWN, and the rest of its batch counts', async () => {
    await one.open('run-1', chain)
    const answers = [one.loaded('run-1', 'stranger'), one.loaded('run-1', 'a')]
    await bench.settle()
    expect(answers[0]).toMatchObject({ refused: { code: 'OBJECT_UNKNOWN' }, settled: undefined, ends: 1 })
    expect(answers[1]?.settled).toHaveLength(2)
  })

  it('is a run whose commits are not ours: RUN_CORRUPT, said once in the log, and other runs go on', async () => {
    await one.open('run-1', chain)
    await one.open('run-2', chain)
    await bench.store.commit(await foreignCommit())
    const answers = [one.loaded('run-1', 'a'), one.loaded('run-1', 'b')]
    await bench.settle()
    expect(answers).toMatchObject([
      { refused: { code: 'RUN_CORRUPT' }, ends: 1 },
      { refused: { code: 'RUN_CORRUPT' }, ends: 1 },
    ])
    expect(one.logger.lines).toMatchObject([
      { level: 'error', fields: { run_id: 'run-1', code: 'RUN_CORRUPT' } },
    ])
    const other = one.loaded('run-2', 'a')
    await bench.settle()
    expect(other.settled).toBeDefined()
  })

  it('is a run that speaks of objects its plan does not have', async () => {
    await one.open('run-1', chain)
    const record = JSON.stringify({
      v: 1,
      id: 'foreign',
      prev: (await bench.store.read('run-1', 0))?.last,
      run_id: 'run-1',
      version: 2,
      at_ms: 5,
      facts: [{ type: 'object-loaded', object_id: 'stranger', attempt: 1 }],
    })
    await bench.store.commit(await foreignCommit(record))
    const answer = one.loaded('run-1', 'a')
    await bench.settle()
    expect(answer.refused).toMatchObject({
      code: 'RUN_CORRUPT',
      message: expect.stringContaining('stranger'),
    })
  })

  it('is a run whose plan is gone: PLAN_MISSING', async () => {
    await one.open('run-1', chain)
    two.store.loadPlan = async () => undefined
    const answer = two.loaded('run-1', 'a')
    await bench.settle()
    expect(answer.refused).toMatchObject({ code: 'PLAN_MISSING' })
  })

  it('is refused with all that is queued behind it, for the same reason', async () => {
    await one.open('run-1', chain)
    await bench.store.commit(await foreignCommit())
    const release = one.calls.commit.hold()
    const first = one.loaded('run-1', 'a')
    await bench.settle()
    const behind = one.loaded('run-1', 'b')
    release()
    await bench.settle()
    expect([first.refused?.code, behind.refused?.code]).toEqual(['RUN_CORRUPT', 'RUN_CORRUPT'])
    expect(one.logger.messages('error')).toHaveLength(1)
  })

  it('is settled with the run it was decided in, though that was given up before all of it was out', async () => {
    await one.open('run-1', chain)
    const release = one.calls.publish.hold()
    const told: (string | undefined)[] = []
    one.conductor.submit('run-1', {
      input: { kind: 'loaded', runId: 'run-1', objectId: 'a', attempt: 1, info: '', result: null },
      settle: (_, run) => void told.push(run?.stateOf(0)),
      refuse: ({ code }) => void told.push(code),
    })
    await bench.settle()
    one.store.commit = () => Promise.reject(new Fault('RUN_CORRUPT', 'nobody can read it'))
    const later = one.loaded('run-1', 'b')
    await bench.settle()
    expect([later.refused?.code, told]).toEqual(['RUN_CORRUPT', []])
    release()
    await bench.settle()
    expect(told).toEqual(['loaded'])
  })

  it('leaves no half-written run behind: the next input decides on what the store says then', async () => {
    await one.open('run-1', realPlanOf({ a: [], b: [], c: ['a', 'b'] }))
    two.loaded('run-1', 'a')
    await bench.settle()
    const read = one.store.read
    const spoilt = JSON.stringify({ object_id: 'stranger', type: 'object-loaded', attempt: 1 })
    one.store.read = async (runId, after) => {
      const stored = await bench.store.read(runId, after)
      const records = stored?.records.map((record) => record.replace(/\]\}$/, `,${spoilt}]}`))
      return stored && { ...stored, records: records ?? [] }
    }
    const refused = one.loaded('run-1', 'b')
    await bench.settle()
    one.store.read = read
    const answer = one.loaded('run-1', 'b')
    await bench.settle()
    expect(refused.refused?.code).toBe('RUN_CORRUPT')
    expect(answer.settled).toMatchObject([{ object_id: 'b' }, { type: 'object-ready', object_id: 'c' }])
    expect(await bench.store.summary('run-1')).toMatchObject({ counts: { loaded: 2, ready: 1, waiting: 0 } })
  })

  it('refuses what is queued behind it too, and forgets the run so that the next input reads it anew', async () => {
    await one.open('run-1', chain)
    const release = two.calls.read.hold()
    two.store.loadPlan = async () => undefined
    const first = two.loaded('run-1', 'a')
    await bench.settle()
    const behind = two.loaded('run-1', 'b')
    release()
    await bench.settle()
    expect([first.refused?.code, behind.refused?.code]).toEqual(['PLAN_MISSING', 'PLAN_MISSING'])
    two.store.loadPlan = (hash) => bench.store.loadPlan(hash)
    const next = two.loaded('run-1', 'a')
    await bench.settle()
    expect(next.settled).toBeDefined()
  })
})

describe('opening', () => {
  it('of a run whose id exists with another plan changes nothing', async () => {
    await one.open('run-1', chain)
    const before = await bench.facts()
    const again = two.submit('run-1', open, pair)
    await bench.settle()
    expect(again.settled).toEqual([])
    expect(await bench.facts()).toEqual(before)
    const answer = two.loaded('run-1', 'a')
    await bench.settle()
    expect(answer.settled).toMatchObject([{ object_id: 'a' }, { type: 'object-ready', object_id: 'b' }])
  })

  it('of a run that this replica is at work on changes nothing either', async () => {
    await one.open('run-1', chain)
    one.loaded('run-1', 'a')
    await bench.settle()
    const again = one.submit('run-1', open, pair)
    await bench.settle()
    const answer = one.loaded('run-1', 'b')
    await bench.settle()
    expect([again.settled, answer.settled?.length]).toEqual([[], 2])
    expect(await bench.store.summary('run-1')).toMatchObject({
      plan: chain.hash,
      counts: { loaded: 2, ready: 1 },
    })
  })

  it('by two replicas at the same time gives one run, over the plan of whoever was first', async () => {
    await bench.store.savePlan(chain.hash, planChunks(chain, 400_000))
    const second = two.calls.commit.hold()
    const late = two.submit('run-1', open, pair)
    await bench.settle()
    one.submit('run-1', open, chain)
    await bench.settle()
    second()
    await bench.clock.advance(1)
    expect(late.settled).toEqual([])
    expect(await bench.store.summary('run-1')).toMatchObject({ plan: chain.hash })
    expect(bench.announced()).toEqual(['a#1'])
  })

  it('does not settle what came before it: that is refused, and the run is opened', async () => {
    const release = one.calls.read.hold()
    const early = one.submit('run-1', { kind: 'cancel', reason: 'too early' })
    await bench.settle()
    const opening = one.submit('run-1', open, chain)
    release()
    await bench.settle()
    expect(early).toMatchObject({ refused: { code: 'RUN_UNKNOWN' }, ends: 1 })
    expect(opening.settled).toMatchObject([{ type: 'run-opened' }, { type: 'object-ready' }])
    expect(one.logger.messages('error')).toEqual([])
  })

  it('goes before a cancel that comes in the same turn, which then counts', async () => {
    const cancel = one.submit('run-1', { kind: 'cancel', reason: 'at once' })
    const opening = one.submit('run-1', open, chain)
    await bench.settle()
    expect([cancel.ends, opening.ends]).toEqual([1, 1])
    expect(await bench.store.summary('run-1')).toMatchObject({ state: 'cancelled' })
  })

  it('of a large run comes in chunks of 500 announcements, in order of dispatch', async () => {
    const plan = realPlanOf({
      ...Object.fromEntries(Array.from({ length: 1_200 }, (_, index) => [`o${index}`, []])),
      urgent: { parents: [], criticality: 'high' },
    })
    await one.open('run-1', plan)
    await bench.settle()
    expect(one.kept.map(({ facts }) => facts.filter(({ type }) => type === 'object-ready').length)).toEqual([
      500, 500, 201,
    ])
    expect(bench.announced()[0]).toBe('urgent#1')
    expect(new Set(bench.announced()).size).toBe(1_201)
  })

  it('of a large run waits while 4,000 events wait to be published', async () => {
    one.calls.publish.begin('TRANSPORT_UNAVAILABLE')
    one.submit('run-1', open, wide(10_000))
    await bench.clock.advance(60_000)
    expect(one.relay.depth).toBeGreaterThanOrEqual(4_000)
    expect(one.relay.depth).toBeLessThan(4_600)
    one.calls.publish.end()
    await bench.clock.advance(60_000)
    expect(new Set(bench.announced()).size).toBe(10_000)
    expect(one.relay.depth).toBe(0)
  })

  it('of a large run that waits for room still takes answers', async () => {
    one.calls.publish.begin('TRANSPORT_UNAVAILABLE')
    one.submit('run-1', open, wide(10_000))
    await bench.clock.advance(1_000)
    const answer = one.loaded('run-1', 'o1')
    await bench.clock.advance(1_000)
    expect(answer.ends).toBe(0)
    one.calls.publish.end()
    await bench.clock.advance(60_000)
    expect(answer.settled).toBeDefined()
  })

  it('goes on from where the dead replica stood, and announces nothing again', async () => {
    const plan = wide(1_200)
    const chunks = planChunks(plan, 400_000)
    await bench.store.savePlan(plan.hash, chunks)
    one.submit('run-1', open, plan)
    one.calls.commit.first(async () => one.calls.commit.begin())
    await bench.settle()
    expect(bench.announced()).toHaveLength(500)
    await two.conductor.attend('run-1')
    await bench.settle()
    expect(bench.announced()).toHaveLength(1_200)
    expect(new Set(bench.announced()).size).toBe(1_200)
  })

  it('that another replica looks through again does not announce what waits for its retry', async () => {
    await one.open('run-1', pair, { backoff: { base_ms: 10_000, factor: 1, cap_ms: 10_000 } })
    one.failed('run-1', 'a')
    await bench.settle()
    await two.conductor.attend('run-1')
    expect(bench.announced()).toEqual(['a#1', 'b#1'])
  })

  it('is no longer due once the scan has found nothing more to announce', async () => {
    const plan = realPlanOf({
      ...Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`o${index}`, []])),
      last: ['o0'],
    })
    await one.open('run-1', plan)
    await bench.settle()
    expect(bench.announced()).toHaveLength(500)
    expect(await bench.store.needingAttention(bench.clock.nowMs() + 3_600_000, 0)).toEqual([])
  })
})

async function foreignCommit(record = 'not ours') {
  const [stored, summary] = await Promise.all([bench.store.read('run-1', 0), bench.store.summary('run-1')])
  if (stored === undefined || summary === undefined) throw new Error('there is no such run')
  return {
    runId: 'run-1',
    basedOn: stored.version,
    id: 'foreign',
    prev: stored.last,
    record,
    summary,
    dueAtMs: Number.POSITIVE_INFINITY,
    failures: [],
  }
}
