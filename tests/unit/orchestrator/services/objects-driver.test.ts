// Tests of the folder that drives itself: start, ticks, changes, and files with faults.

import { describe, expect, it } from 'vitest'
import { MemoryRunStore } from '../../../../orchestrator/adapters/memory/memory-run-store.ts'
import { definePlan } from '../../../../orchestrator/core/graph/define-plan.ts'
import { defaultRunPolicy } from '../../../../orchestrator/core/run/run-policy.ts'
import { scheduleOf } from '../../../../orchestrator/core/schedule/schedule.ts'
import type { GraphSource } from '../../../../orchestrator/ports/graph-source.ts'
import { ObjectsDriver, type ObjectsDriverParts } from '../../../../orchestrator/services/objects-driver.ts'
import { Fault } from '../../../../shared/base/fault.ts'
import { seededRandom } from '../../../../shared/base/random.ts'
import { LeapingClock } from '../../../support/leaping-clock.ts'
import { recordingLogger } from '../../../support/recording-logger.ts'
import { StoreOpener } from '../../../support/store-opener.ts'

const file = 'objects.json'
const one = '[{"id":1001}]'
const two = '[{"id":1001},{"id":2001,"parents":[1001]}]'
const wrong = '[{"id":1001,"parents":[1009]},{"id":1002,"frequency":"at eight"}]'
const morning = scheduleOf('0 8 * * *', 'Europe/Madrid')

/** The beginning of the content hash that the run of a text is named by. */
function nameOf(text: string): string {
  const planned = definePlan({ files: [{ file, text }] })
  if (!planned.ok) throw new Error('a text with faults has no plan')
  return `objects-${planned.value.plan.hash.slice(0, 12)}`
}

/** A file in memory: `write` changes it and tells who watches. */
class MemoryGraphSource implements GraphSource {
  readonly name = file
  text: string | undefined
  readonly #watchers = new Set<() => void>()

  constructor(text: string | undefined) {
    this.text = text
  }

  async read() {
    if (this.text === undefined) throw new Fault('FILE_UNREADABLE', 'cannot read objects.json')
    return [{ file, text: this.text }]
  }

  watch(changed: () => void) {
    this.#watchers.add(changed)
    return () => this.#watchers.delete(changed)
  }

  write(text: string | undefined) {
    this.text = text
    for (const changed of this.#watchers) changed()
  }
}

function houseAt(start: string, text: string | undefined) {
  const clock = new LeapingClock(start)
  const store = new MemoryRunStore(() => clock.nowMs())
  const source = new MemoryGraphSource(text)
  const opener = new StoreOpener(store)
  const logger = recordingLogger()
  const driver = (parts: Partial<ObjectsDriverParts> = {}) =>
    new ObjectsDriver({
      source,
      opener,
      clock,
      random: seededRandom(1),
      logger,
      tenant: 'default',
      policy: defaultRunPolicy,
      reuse: 'none',
      schedule: undefined,
      catchUp: 'last',
      timeZone: 'Europe/Madrid',
      beat: () => {},
      ...parts,
    })
  const write = async (next: string | undefined) => {
    source.write(next)
    await clock.advance(0)
  }
  return { clock, store, source, opener, logger, driver, write }
}

async function started(start: string, text: string | undefined, parts: Partial<ObjectsDriverParts> = {}) {
  const house = houseAt(start, text)
  const driver = house.driver(parts)
  await driver.start()
  await house.clock.advance(0)
  return { ...house, driver }
}

describe('at start', () => {
  it('opens a run named by the content and by the business date in the time zone of the house', async () => {
    const { opener, driver } = await started('2026-11-20T23:30:00Z', one)
    expect(opener.requests).toEqual([
      {
        runId: `${nameOf(one)}@2026-11-21`,
        plan: driver.plan,
        tenant: 'default',
        businessDate: '2026-11-21',
        policy: defaultRunPolicy,
        reuse: 'none',
      },
    ])
  })

  it('opens nothing twice: not by a restart, not by a second replica', async () => {
    const { opener, driver: make, clock } = houseAt('2026-11-21T12:00:00Z', one)
    const driver = make()
    await driver.start()
    await make().start()
    await driver.stop()
    await driver.start()
    await clock.advance(60_000)
    expect(opener.requests).toHaveLength(3)
    expect(opener.opened).toHaveLength(1)
  })

  it('opens the same content again on the next date, with what it is told to reuse and for whom', async () => {
    const { opener, driver: make, clock } = houseAt('2026-11-21T12:00:00Z', one)
    const driver = make({ tenant: 'north', reuse: 'fresh' })
    await driver.start()
    await driver.stop()
    await clock.advance(86_400_000)
    await driver.start()
    expect(opener.requests).toMatchObject([
      { runId: `${nameOf(one)}@2026-11-21@north`, tenant: 'north', reuse: 'fresh' },
      { runId: `${nameOf(one)}@2026-11-22@north` },
    ])
  })

  it('tries on while the store is away', async () => {
    const { opener, driver, clock } = houseAt('2026-11-21T12:00:00Z', one)
    opener.failures.push(new Fault('STORE_UNAVAILABLE', 'no connection'))
    await driver().start()
    await clock.advance(60_000)
    expect(opener.opened).toEqual([`${nameOf(one)}@2026-11-21`])
  })

  it('logs what may be wrong in files that are taken', async () => {
    const { logger } = await started('2026-11-21T12:00:00Z', '[{"id":1001},{"id":1001}]')
    expect(logger.lines.find(({ level }) => level === 'warn')).toMatchObject({
      message: expect.stringContaining('DUPLICATE_ID'),
      fields: { file, line: 1 },
    })
  })

  it('with faults starts nevertheless, logs each with its place, and waits for better files', async () => {
    const { opener, logger, driver, write } = await started('2026-11-21T12:00:00Z', wrong)
    expect(opener.requests).toEqual([])
    expect(driver.plan).toBeUndefined()
    expect(logger.lines.filter(({ level }) => level === 'error')).toMatchObject([
      {
        message: expect.stringContaining('UNKNOWN_PARENT'),
        fields: { file, line: 1, pointer: '/0/parents/0' },
      },
      { message: expect.stringContaining('BAD_CRON'), fields: { file, line: 1, pointer: '/1/frequency' } },
      { message: 'the object files are refused', fields: { faults: 2, instead: 'nothing is loaded' } },
    ])
    await write(one)
    expect(opener.opened).toEqual([`${nameOf(one)}@2026-11-21`])
  })

  it('without files starts nevertheless, and takes them when they come', async () => {
    const { opener, logger, write } = await started('2026-11-21T12:00:00Z', undefined)
    expect(logger.messages('error')).toEqual(['the object files cannot be read'])
    await write(one)
    expect(opener.opened).toHaveLength(1)
  })
})

describe('a change', () => {
  it('is taken whole: a run of the new content is opened, the one before keeps its plan', async () => {
    const { opener, driver, write } = await started('2026-11-21T12:00:00Z', one)
    const before = driver.plan
    await write(two)
    expect(opener.opened).toEqual([`${nameOf(one)}@2026-11-21`, `${nameOf(two)}@2026-11-21`])
    expect(opener.requests[0]?.plan).toBe(before)
    expect(driver.plan?.objects.map(({ id }) => id)).toEqual(['1001', '2001'])
  })

  it('with faults is refused, logged, and leaves the old content where it was', async () => {
    const { clock, opener, logger, driver, write } = await started('2026-11-21T06:59:00Z', one, {
      schedule: morning,
    })
    const before = driver.plan
    await write(wrong)
    expect(driver.plan).toBe(before)
    expect(logger.lines.at(-1)).toMatchObject({ level: 'error', fields: { instead: 'those before stay' } })
    await clock.advance(120_000)
    expect(opener.opened.at(-1)).toBe(`${nameOf(one)}@2026-11-21`)
  })

  it('back to what was good before is said once, and opens nothing', async () => {
    const { opener, logger, write } = await started('2026-11-21T12:00:00Z', one)
    await write(wrong)
    await write(one)
    await write(`${one} `)
    const again = 'the object files are good again, and say the same as before'
    expect(logger.messages('info').filter((message) => message === again)).toHaveLength(1)
    expect(opener.opened).toHaveLength(1)
  })

  it('that takes the files away leaves the old content where it was', async () => {
    const { driver, logger, write } = await started('2026-11-21T12:00:00Z', one)
    await write(undefined)
    expect(driver.plan).toBeDefined()
    expect(logger.messages('error')).toEqual(['the object files cannot be read'])
  })

  it('of nothing but blanks and order opens nothing', async () => {
    const { opener, write } = await started('2026-11-21T12:00:00Z', two)
    await write('[ {"id":2001,"parents":[1001]},\n  {"id":1001} ]')
    expect(opener.requests).toHaveLength(1)
  })

  it('after a stop is not noticed', async () => {
    const { clock, driver, opener, write } = await started('2026-11-21T12:00:00Z', one, { schedule: morning })
    await driver.stop()
    await write(two)
    await clock.advance(86_400_000)
    expect(opener.requests).toHaveLength(1)
    expect(clock.waiting).toBe(0)
  })

  it('while the driver stops opens nothing any more', async () => {
    const { clock, driver, opener, source } = await started('2026-11-21T12:00:00Z', one)
    source.write(two)
    await driver.stop()
    await clock.advance(60_000)
    expect(opener.requests).toHaveLength(1)
  })
})

describe('with a schedule', () => {
  it('opens the tick that was missed at start, then each tick, of the content there is by then', async () => {
    const { clock, opener, write } = await started('2026-11-21T06:00:00Z', one, { schedule: morning })
    expect(opener.opened).toEqual([`${nameOf(one)}@2026-11-20`])
    await clock.advanceTo('2026-11-21T07:00:00Z')
    await write(two)
    await clock.advanceTo('2026-11-22T07:00:00Z')
    expect(opener.opened.slice(1)).toEqual([
      `${nameOf(one)}@2026-11-21`,
      `${nameOf(two)}@2026-11-21`,
      `${nameOf(two)}@2026-11-22`,
    ])
  })

  it('opens nothing before the next tick with catch-up none, also after a change', async () => {
    const parts = { schedule: morning, catchUp: 'none' } as const
    const { clock, opener, write } = await started('2026-11-21T12:00:00Z', one, parts)
    await write(two)
    expect(opener.requests).toEqual([])
    await clock.advanceTo('2026-11-22T07:00:00Z')
    expect(opener.opened).toEqual([`${nameOf(two)}@2026-11-22`])
  })

  it('of many ticks a day names their time', async () => {
    const schedule = scheduleOf('*/30 * * * *', 'UTC')
    const { clock, opener } = await started('2026-11-21T12:10:00Z', one, { schedule, catchUp: 'none' })
    await clock.advance(3_600_000)
    expect(opener.opened).toEqual([`${nameOf(one)}@2026-11-21T12:30`, `${nameOf(one)}@2026-11-21T13:00`])
  })

  it('says at a tick that there is nothing valid to load', async () => {
    const parts = { schedule: morning, catchUp: 'none' } as const
    const { clock, opener, logger } = await started('2026-11-21T06:59:00Z', wrong, parts)
    await clock.advance(120_000)
    expect(opener.requests).toEqual([])
    expect(logger.messages('warn')).toEqual(['a tick without valid objects'])
  })
})
