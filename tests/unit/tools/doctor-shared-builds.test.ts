// What doctor makes of attempts that joined the build of another run: zones know of the one that was announced for them.

import { beforeEach, expect, it } from 'vitest'
import type { Holder } from '../../../orchestrator/ports/lease-book.ts'
import { defaultTopics } from '../../../shared/events/topics.ts'
import { DoctorBench } from '../../support/doctor-bench.ts'
import { realPlanOf } from '../../support/replica-bench.ts'

const plan = realPlanOf({ a: [], b: ['a'] })
const held: Holder = { kind: 'held', owner: 'w', untilMs: Number.POSITIVE_INFINITY }
let bench: DoctorBench

/** Two runs of one date: `a` is loaded, and `b` was announced once, for run-1. */
beforeEach(async () => {
  bench = new DoctorBench()
  await bench.openDated('run-1', plan)
  await bench.openDated('run-2', plan)
  await bench.answer('run-1', 'a')
  bench.takeReady()
  await bench.clock.advance(60_000)
})

/** The Ready events of `b`, as run and attempt. */
async function announced(): Promise<readonly string[]> {
  const records = await bench.recordsOf(`${defaultTopics.ready}.standardization`)
  return records.map(({ run_id, attempt }) => `${run_id} ${attempt}`)
}

it('finds nothing while a worker has the attempt that was announced', async () => {
  bench.holders.set('run-1 b', held)
  expect(await announced()).toEqual(['run-1 1'])
  expect(await bench.findings()).toEqual([])
})

it('finds that nobody has it for all who wait for it, and sends it again once', async () => {
  const found = await bench.findings()
  expect(found.map(({ code, subject }) => [code, subject])).toEqual([
    ['ATTEMPT_LOST', 'object b of run run-1'],
    ['ATTEMPT_LOST', 'object b of run run-2'],
  ])
  expect(found[1]?.message).toContain('waits for attempt 1 of run run-1')
  expect(await bench.fix()).toEqual(['announce done', 'announce done'])
  expect(await announced()).toEqual(['run-1 1', 'run-1 1'])
})

it('sends it again although the run that announced it was cancelled, and who joined gets its answer', async () => {
  await bench.cancel('run-1')
  expect(await bench.codes()).toEqual(['ATTEMPT_LOST'])
  expect(await bench.fix()).toEqual(['announce done'])
  expect(await announced()).toEqual(['run-1 1', 'run-1 1'])
  await bench.answer('run-1', 'b')
  expect(await bench.store.summary('run-2')).toMatchObject({ state: 'succeeded' })
})

it('waits for answers that are not read: a build may be closed, and who joined not be told yet', async () => {
  await bench.transport.publish([{ topic: defaultTopics.loaded, key: 'run-1', value: '{}' }])
  expect(await bench.codes()).toEqual([])
})

it('sends nothing of a run that joined when another has the same work under way: it is told of that', async () => {
  bench.builds.lose()
  await bench.openDated('run-3', plan)
  await bench.answer('run-3', 'a')
  bench.takeReady()
  bench.holders.set('run-3 b', held)
  expect(await bench.fix()).toEqual(['announce done', 'announce done'])
  expect(await announced()).toEqual(['run-1 1', 'run-3 1'])
  await bench.answer('run-3', 'b')
  expect(await bench.store.summary('run-2')).toMatchObject({ state: 'succeeded' })
})
