// A service that does not answer, behind the breaker of its zone: who was never called has not failed.

import { expect, it } from 'vitest'
import { parseCommit } from '../../../orchestrator/core/run/commit-record.ts'
import type { RunFact } from '../../../orchestrator/core/run/run-fact.ts'
import { Fault } from '../../../shared/base/fault.ts'
import type { ReadyEvent } from '../../../shared/events/ready.ts'
import { defaultTopics, readyTopic } from '../../../shared/events/topics.ts'
import { silentLogger } from '../../../shared/ports/logger.ts'
import { silentMeter } from '../../../shared/ports/meter.ts'
import { TargetBreakers } from '../../../workers/loaders/target-breakers.ts'
import type { Loader } from '../../../workers/ports/loader.ts'
import { orchestratorOver } from '../../support/orchestrator-over.ts'
import { openRequest, patient, realPlanOf } from '../../support/replica-bench.ts'
import { ZoneBench } from '../../support/zone-bench.ts'

const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
const plan = realPlanOf(Object.fromEntries(ids.map((id) => [id, []])))
const breaker = { failures: 5, resetMs: 30_000 }

const surroundings = { random: () => 0.5, logger: silentLogger, meter: silentMeter }

/** An orchestrator that is at work; `stop` stops it. */
async function house() {
  const bench = new ZoneBench()
  const { store, orchestrator, stop } = await orchestratorOver(bench)
  const factsOf = async (runId: string) =>
    ((await store.read(runId, 0))?.records ?? []).flatMap((record) => parseCommit(record).facts)
  return { bench, clock: bench.clock, opener: orchestrator.opener, factsOf, stop }
}

/** One run over eight objects with one retry each; the service that all of them need fails the first `failing` calls. */
async function runWith(failing: number, minutes: number) {
  const { bench, clock, opener, factsOf, stop } = await house()
  const calls: string[] = []
  const service: Loader = {
    name: 'service',
    target: () => 'https://s.example.org',
    load: async ({ id }) => {
      calls.push(id)
      if (calls.length <= failing) throw new Fault('LOADER_FAILED', 'it answered 500')
      return { info: 'well' }
    },
  }
  const breakers = new TargetBreakers({ ...surroundings, ...breaker, clock, zone: 'ingestion' })
  const zone = bench.zone(breakers.guarded(service), { maxWorkers: 1 })
  await zone.start()
  await opener.open(openRequest('run-1', plan, { policy: { ...patient, max_retries: 1 } }))
  await clock.advance(minutes * 60_000)
  const facts = await factsOf('run-1')
  await bench.stopped(zone)
  await stop()
  return { calls, facts, state: endIn(facts) }
}

function endIn(facts: readonly RunFact[]): string | undefined {
  const end = facts.at(-1)
  return end?.type === 'run-ended' ? end.state : undefined
}

function retriesIn(facts: readonly RunFact[]) {
  const retries = facts.filter((fact) => fact.type === 'object-retry-scheduled')
  const refused = retries.filter(({ given_up }) => given_up === 'not-begun')
  return { refused, failed: retries.filter((fact) => !refused.includes(fact)) }
}

it('loads every object once the service answers, however few retries they have', async () => {
  const { calls, facts, state } = await runWith(breaker.failures, 5)
  expect(state).toBe('succeeded')
  const { refused, failed } = retriesIn(facts)
  expect(failed.map(({ error }) => error.code)).toEqual(Array(breaker.failures).fill('LOADER_FAILED'))
  expect(new Set(refused.map(({ error }) => error.code))).toEqual(new Set(['TARGET_UNAVAILABLE']))
  const uncalled = ids.filter((id) => !calls.slice(0, breaker.failures).includes(id))
  expect(refused.map(({ object_id }) => object_id)).toEqual(expect.arrayContaining(uncalled))
  expect(calls).toHaveLength(breaker.failures + ids.length)
})

it('gives up, when it never answers, each object after as many calls as its retries allow', async () => {
  const { calls, facts, state } = await runWith(Number.POSITIVE_INFINITY, 30)
  expect(state).toBe('failed')
  expect(calls.toSorted()).toEqual(ids.flatMap((id) => [id, id]))
  const ends = facts.filter((fact) => fact.type === 'object-failed')
  expect(ends.map(({ error }) => error.code)).toEqual(Array(ids.length).fill('LOADER_FAILED'))
})

it('is told to all runs that share the work: they wait together, and share the next attempt', async () => {
  const { bench, clock, opener, factsOf, stop } = await house()
  const single = realPlanOf({ a: [] })
  const names = { policy: { ...patient, max_retries: 0 }, businessDate: '2026-11-21' }
  for (const runId of ['one', 'two']) await opener.open(openRequest(runId, single, names))
  const say = async (topic: string, fields: object) => {
    await bench.transport().publish([{ topic, key: 'one', value: JSON.stringify(fields) }])
    await clock.advance(0)
  }
  const error = { code: 'TARGET_UNAVAILABLE', retryable: true, detail: 'open', retry_after_ms: 30_000 }
  for (const attempt of [1, 2]) {
    const refusal = { run_id: 'one', id: 'a', attempt, error }
    for (const again of [refusal, refusal]) await say(defaultTopics.failed, again)
    await clock.advance(31_000)
  }
  const announced = (await bench.records(readyTopic(defaultTopics, 'ingestion'))).map(({ value }) => {
    const { run_id, attempt } = JSON.parse(String(value)) as ReadyEvent
    return `${run_id} ${attempt}`
  })
  expect(announced).toEqual(['one 1', 'one 2', 'one 3'])
  await say(defaultTopics.loaded, { run_id: 'one', id: 'a', attempt: 3 })
  for (const runId of ['one', 'two']) {
    const facts = await factsOf(runId)
    expect(endIn(facts)).toBe('succeeded')
    expect(retriesIn(facts).refused.map(({ attempt }) => attempt)).toEqual([1, 2])
  }
  await stop()
})
