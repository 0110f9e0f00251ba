// Tests of the mornings: who opens what, how often, and what a clock that leaps does to it.

import { describe, expect, it } from 'vitest'
import { MemoryRunStore } from '../../../../orchestrator/adapters/memory/memory-run-store.ts'
import { defaultRunPolicy } from '../../../../orchestrator/core/run/run-policy.ts'
import { scheduleOf } from '../../../../orchestrator/core/schedule/schedule.ts'
import type { Workflow } from '../../../../orchestrator/core/schedule/workflow.ts'
import { Scheduler, type SchedulerParts } from '../../../../orchestrator/services/scheduler.ts'
import { Fault } from '../../../../shared/base/fault.ts'
import { seededRandom } from '../../../../shared/base/random.ts'
import { LeapingClock } from '../../../support/leaping-clock.ts'
import { planOf } from '../../../support/plan-of.ts'
import { recordingLogger } from '../../../support/recording-logger.ts'
import { StoreOpener } from '../../../support/store-opener.ts'

const dayMs = 86_400_000
const daily = workflow('daily_operations', '0 8 * * *')
const hourly = workflow('stock', '0 * * * *')

function workflow(name: string, cron?: string, timeZone = 'Europe/Madrid'): Workflow {
  const schedule = cron === undefined ? undefined : scheduleOf(cron, timeZone)
  const plan = planOf({ a: [], b: ['a'] })
  return { name, description: undefined, schedule, plan, file: `${name}.json`, warnings: [] }
}

/** A house at an instant: `scheduler` makes one more replica of it on the same store. */
function houseAt(start: string) {
  const clock = new LeapingClock(start)
  const store = new MemoryRunStore(() => clock.nowMs())
  const logger = recordingLogger()
  const opener = new StoreOpener(store)
  const scheduler = (parts: Partial<SchedulerParts> = {}) =>
    new Scheduler({
      workflows: [daily],
      tenants: ['default'],
      opener,
      store,
      clock,
      random: seededRandom(1),
      logger,
      policy: defaultRunPolicy,
      catchUp: 'none',
      timeZone: 'Europe/Madrid',
      beat: () => {},
      ...parts,
    })
  return { clock, store, logger, opener, scheduler }
}

async function started(start: string, parts: Partial<SchedulerParts> = {}) {
  const house = houseAt(start)
  const scheduler = house.scheduler(parts)
  await scheduler.start()
  await house.clock.advance(0)
  return { ...house, scheduler }
}

describe('a tick', () => {
  it('opens the run of the business date at eight in Madrid, and not before', async () => {
    const { clock, opener } = await started('2026-11-20T20:00:00Z')
    await clock.advanceTo('2026-11-21T06:59:59.999Z')
    expect(opener.requests).toEqual([])
    await clock.advanceTo('2026-11-21T07:00:00.000Z')
    expect(opener.requests).toEqual([
      {
        runId: 'daily_operations@2026-11-21',
        plan: daily.plan,
        tenant: 'default',
        workflow: 'daily_operations',
        businessDate: '2026-11-21',
        policy: defaultRunPolicy,
        reuse: 'none',
      },
    ])
  })

  it('of the instant of the start opens its run, whatever is made up for', async () => {
    for (const catchUp of ['none', 'last'] as const) {
      const { opener } = await started('2026-11-21T07:00:00Z', { catchUp })
      expect(opener.opened).toContain('daily_operations@2026-11-21')
    }
  })

  it('opens each date of a winter once, through both changes of the clocks', async () => {
    const { clock, opener } = await started('2026-10-01T00:00:00Z')
    await clock.advanceTo('2027-04-01T00:00:00Z')
    expect(opener.requests).toHaveLength(182)
    expect(new Set(opener.opened).size).toBe(182)
    expect(opener.opened).toContain('daily_operations@2027-03-28')
    expect(opener.opened).toContain('daily_operations@2026-10-25')
  })

  it('opens one run for each tenant, and the default one has no suffix', async () => {
    const { clock, opener } = await started('2026-11-21T06:00:00Z', {
      tenants: ['default', 'north', 'south'],
    })
    await clock.advance(2 * 3_600_000)
    expect(opener.requests.map(({ runId, tenant }) => [runId, tenant])).toEqual([
      ['daily_operations@2026-11-21', 'default'],
      ['daily_operations@2026-11-21@north', 'north'],
      ['daily_operations@2026-11-21@south', 'south'],
    ])
  })

  it('of an hourly workflow names its time, and both passes of the repeated hour are opened', async () => {
    const { clock, opener } = await started('2026-10-24T23:30:00Z', { workflows: [hourly] })
    await clock.advance(3 * 3_600_000)
    expect(opener.opened).toEqual([
      'stock@2026-10-25T02:00',
      'stock@2026-10-25T02:00+01:00',
      'stock@2026-10-25T03:00',
    ])
  })

  it('of every second opens every second', async () => {
    const often = workflow('often', '* * * * * *')
    const { clock, opener } = await started('2026-11-21T07:00:00.500Z', { workflows: [often] })
    await clock.advance(120_000)
    expect(opener.opened).toHaveLength(120)
  })

  it('never comes for a workflow without a schedule', async () => {
    const { clock, opener } = await started('2026-11-21T06:00:00Z', {
      workflows: [workflow('by_hand')],
      catchUp: 'last',
    })
    await clock.advance(3 * dayMs)
    expect(opener.requests).toEqual([])
  })
})

describe('two schedulers on one store', () => {
  it('open each date once, and nothing is an error', async () => {
    const { clock, store, opener, logger, scheduler } = houseAt('2026-11-20T20:00:00Z')
    const other = new StoreOpener(store)
    await scheduler().start()
    await scheduler({ opener: other }).start()
    await clock.advance(3 * dayMs)
    const opened = [...opener.opened, ...other.opened].sort()
    expect(opened).toEqual(
      ['2026-11-21', '2026-11-22', '2026-11-23'].map((date) => `daily_operations@${date}`),
    )
    expect([...opener.requests, ...other.requests]).toHaveLength(6)
    expect([...logger.messages('error'), ...logger.messages('warn')]).toEqual([])
  })
})

describe('a start after a time without a scheduler', () => {
  it('opens the last tick that was missed, and only that one, with catch-up last', async () => {
    const { opener } = await started('2026-11-21T12:00:00Z', { catchUp: 'last' })
    expect(opener.opened).toEqual(['daily_operations@2026-11-21'])
  })

  it('opens that of yesterday before eight, with catch-up last', async () => {
    const { opener } = await started('2026-11-21T06:59:59Z', { catchUp: 'last' })
    expect(opener.opened).toEqual(['daily_operations@2026-11-20'])
  })

  it('opens nothing with catch-up none, until the next tick', async () => {
    const { clock, opener } = await started('2026-11-21T12:00:00Z', { catchUp: 'none' })
    expect(opener.requests).toEqual([])
    await clock.advanceTo('2026-11-22T07:00:00Z')
    expect(opener.opened).toEqual(['daily_operations@2026-11-22'])
  })

  it('opens nothing twice: what is there is left alone and said in debug', async () => {
    const { scheduler, opener, clock, logger } = await started('2026-11-21T12:00:00Z', { catchUp: 'last' })
    await scheduler.stop()
    await scheduler.start()
    await clock.advance(0)
    expect(opener.requests).toHaveLength(2)
    expect(opener.opened).toHaveLength(1)
    expect(logger.messages('debug')).toEqual(['run not opened: exists'])
  })
})

describe('a clock that leaps forward', () => {
  it('is noticed within a minute, and the newest missed tick is opened with catch-up last', async () => {
    const { clock, opener, logger } = await started('2026-11-20T20:00:00Z', {
      workflows: [daily, hourly],
      catchUp: 'last',
    })
    opener.requests.length = 0
    clock.leapTo('2026-11-24T09:30:00Z')
    await clock.advance(60_000)
    expect(opener.requests.map(({ runId }) => runId)).toEqual([
      'daily_operations@2026-11-24',
      'stock@2026-11-24T10:00',
    ])
    expect(logger.messages('warn')).toHaveLength(2)
  })

  it('opens nothing of what it leapt over with catch-up none, and says so', async () => {
    const { clock, opener, logger } = await started('2026-11-20T20:00:00Z')
    clock.leapTo('2026-11-24T09:30:00Z')
    await clock.advance(60_000)
    expect(opener.requests).toEqual([])
    expect(logger.lines).toMatchObject([
      {
        level: 'warn',
        fields: { schedule: 'daily_operations', newest: '2026-11-24T08:00:00+01:00', opened: false },
      },
    ])
  })

  it('to just after a tick opens that tick alone: it is on time', async () => {
    for (const catchUp of ['last', 'none'] as const) {
      const { clock, opener } = await started('2026-11-20T20:00:00Z', { catchUp })
      opener.requests.length = 0
      clock.leapTo('2026-11-24T06:59:50Z')
      await clock.advance(60_000)
      expect(opener.requests.map(({ runId }) => runId)).toEqual(['daily_operations@2026-11-24'])
    }
  })

  it('comes back to opening at its ticks', async () => {
    const { clock, opener } = await started('2026-11-20T20:00:00Z')
    clock.leapTo('2026-11-24T09:30:00Z')
    await clock.advanceTo('2026-11-25T07:00:00Z')
    expect(opener.opened).toEqual(['daily_operations@2026-11-25'])
  })
})

describe('a clock that is set back', () => {
  it('opens nothing twice and opens the next date at its tick', async () => {
    const { clock, opener, logger } = await started('2026-11-21T06:59:00Z')
    await clock.advance(120_000)
    clock.leapTo('2026-11-21T06:30:00Z')
    await clock.advanceTo('2026-11-22T07:00:00Z')
    expect(opener.opened).toEqual(['daily_operations@2026-11-21', 'daily_operations@2026-11-22'])
    expect(opener.requests).toHaveLength(3)
    expect(logger.messages('warn')).toEqual(['the clock was set back, ticks may be noticed again'])
  })

  it('does not lose the ticks of a time it had wrongly been ahead of', async () => {
    const { clock, opener } = await started('2026-11-20T20:00:00Z')
    clock.leapTo('2026-12-24T12:00:00Z')
    await clock.advance(60_000)
    clock.leapTo('2026-11-20T20:02:00Z')
    await clock.advanceTo('2026-11-21T07:00:00Z')
    expect(opener.opened).toEqual(['daily_operations@2026-11-21'])
  })
})

describe('an opening that fails', () => {
  const away = () => new Fault('STORE_UNAVAILABLE', 'no connection')

  it('is tried again until the store is back, and the business date stays', async () => {
    const { clock, opener } = await started('2026-11-21T06:59:00Z')
    opener.failures.push(...Array.from({ length: 40 }, away))
    await clock.advance(300_000)
    expect(opener.requests).toHaveLength(41)
    expect(opener.opened).toEqual(['daily_operations@2026-11-21'])
  })

  it('keeps no other workflow and no other tick from being opened', async () => {
    const { clock, opener } = await started('2026-11-21T06:59:00Z', { workflows: [daily, hourly] })
    opener.failures.push(away())
    await clock.advance(61_000)
    expect(opener.opened).toEqual(['stock@2026-11-21T08:00', 'daily_operations@2026-11-21'])
  })

  it('is not tried twice at a time when its tick comes again', async () => {
    const { clock, opener } = await started('2026-11-21T06:59:59Z')
    opener.failures.push(...Array.from({ length: 1_000 }, away))
    await clock.advance(120_000)
    const tries = opener.requests.length
    clock.leapTo('2026-11-21T06:59:00Z')
    await clock.advance(120_000)
    expect(opener.requests.length).toBeLessThan(2.2 * tries)
  })

  it('for good is said once, as an error, and ends', async () => {
    const { clock, opener, logger } = await started('2026-11-21T06:59:00Z')
    opener.failures.push(new Fault('TRANSPORT_REFUSED', 'too large'))
    await clock.advance(600_000)
    expect(opener.requests).toHaveLength(1)
    expect(logger.messages('error')).toEqual(['a run cannot be opened'])
  })

  it('does not hold up a stop', async () => {
    const { clock, opener, scheduler, logger } = await started('2026-11-21T06:59:00Z')
    opener.failures.push(...Array.from({ length: 1_000 }, away))
    await clock.advance(65_000)
    await scheduler.stop()
    const tries = opener.requests.length
    await clock.advance(dayMs)
    expect(opener.requests).toHaveLength(tries)
    expect(logger.messages('debug')).toEqual(['run not opened: stopped'])
  })
})

describe('start and stop', () => {
  it('leave no timer behind, however often they are called', async () => {
    const { clock, scheduler } = await started('2026-11-21T06:00:00Z')
    await scheduler.start()
    expect(clock.waiting).toBe(1)
    await scheduler.stop()
    await scheduler.stop()
    expect(clock.waiting).toBe(0)
  })

  it('may come in the other order', async () => {
    const { clock, scheduler } = houseAt('2026-11-21T06:00:00Z')
    await scheduler().stop()
    expect(clock.waiting).toBe(0)
  })

  it('let the loop give signs of life at least once a minute', async () => {
    let beats = 0
    const { clock } = await started('2026-11-21T12:00:00Z', { beat: () => beats++ })
    await clock.advance(600_000)
    expect(beats).toBe(11)
  })
})

describe('trigger', () => {
  it('opens the run that the tick of today would open, which then finds it there', async () => {
    const { clock, scheduler, opener } = await started('2026-11-21T06:00:00Z')
    expect(await scheduler.trigger('daily_operations')).toEqual({
      runId: 'daily_operations@2026-11-21',
      businessDate: '2026-11-21',
      outcome: 'opened',
      workflow: daily,
    })
    await clock.advanceTo('2026-11-21T08:00:00Z')
    expect(opener.requests).toHaveLength(2)
    expect(opener.opened).toEqual(['daily_operations@2026-11-21'])
    expect(await scheduler.trigger('daily_operations')).toMatchObject({ outcome: 'exists' })
  })

  it('takes the date of the time zone of the schedule', async () => {
    const { scheduler } = await started('2026-11-20T23:30:00Z')
    expect(await scheduler.trigger('daily_operations')).toMatchObject({ businessDate: '2026-11-21' })
  })

  it('opens another date, tenant and policy when asked to', async () => {
    const { scheduler, opener } = await started('2026-11-21T12:00:00Z')
    const policy = { ...defaultRunPolicy, max_retries: 0 }
    await scheduler.trigger('daily_operations', { date: '2026-11-19', tenant: 'north', policy })
    expect(opener.requests).toMatchObject([
      { runId: 'daily_operations@2026-11-19@north', businessDate: '2026-11-19', tenant: 'north', policy },
    ])
  })

  it('of an hourly workflow opens a run of this minute', async () => {
    const { scheduler } = await started('2026-11-21T12:17:42Z', { workflows: [hourly] })
    expect(await scheduler.trigger('stock')).toMatchObject({
      runId: 'stock@2026-11-21T13:17',
      businessDate: '2026-11-21',
    })
  })

  it('of a workflow without a schedule opens the date of the house', async () => {
    const { scheduler } = await started('2026-11-20T23:30:00Z', { workflows: [workflow('by_hand')] })
    expect(await scheduler.trigger('by_hand')).toMatchObject({ runId: 'by_hand@2026-11-21' })
  })

  it('refuses a workflow that nobody knows, and names those there are', async () => {
    const { scheduler } = await started('2026-11-21T12:00:00Z')
    await expect(scheduler.trigger('dayly')).rejects.toMatchObject({
      code: 'WORKFLOW_UNKNOWN',
      message: expect.stringContaining('daily_operations'),
    })
  })

  it.each(['tomorrow', '2026-02-30', '2026-11-21T08:00', ''])("refuses the date '%s'", async (date) => {
    const { scheduler, opener } = await started('2026-11-21T12:00:00Z')
    await expect(scheduler.trigger('daily_operations', { date })).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
    })
    expect(opener.requests).toEqual([])
  })

  it('tells the caller that the store is away instead of trying on', async () => {
    const { scheduler, opener } = await started('2026-11-21T12:00:00Z')
    opener.failures.push(new Fault('STORE_UNAVAILABLE', 'no connection'))
    await expect(scheduler.trigger('daily_operations')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' })
  })
})

describe('the next ticks', () => {
  it('are those of all workflows and tenants, soonest first, with what each will open', async () => {
    const { scheduler } = await started('2026-11-21T06:30:00Z', {
      workflows: [daily, hourly, workflow('by_hand')],
      tenants: ['default', 'north'],
    })
    const ticks = await scheduler.nextTicks(5)
    expect(ticks.map(({ runId }) => runId)).toEqual([
      'daily_operations@2026-11-21',
      'daily_operations@2026-11-21@north',
      'stock@2026-11-21T08:00',
      'stock@2026-11-21T08:00@north',
      'stock@2026-11-21T09:00',
    ])
    expect(ticks[1]).toEqual({
      workflow: 'daily_operations',
      tenant: 'north',
      atMs: Date.parse('2026-11-21T07:00:00Z'),
      localTime: '2026-11-21T08:00:00+01:00',
      timeZone: 'Europe/Madrid',
      businessDate: '2026-11-21',
      runId: 'daily_operations@2026-11-21@north',
      opened: false,
    })
  })

  it('say which of their runs is there already', async () => {
    const { scheduler } = await started('2026-11-21T06:30:00Z')
    await scheduler.trigger('daily_operations')
    expect((await scheduler.nextTicks(2)).map(({ opened }) => opened)).toEqual([true, false])
  })
})
