// When something is opened by the clock: its ticks, and the name each tick has for all replicas alike.

import { DateTime } from 'luxon'
import { lastTickAtMs, nextTickAtMs } from './cron.ts'

export interface Schedule {
  readonly cron: string
  /** IANA name. */
  readonly timeZone: string
  /** Whether no day has a second tick: then the date alone names the tick. */
  readonly onceADay: boolean
}

/** One firing of a schedule. Every replica names it alike, whenever it notices. */
export interface Tick {
  readonly atMs: number
  /** The calendar date of the tick in the schedule's time zone, as `2026-11-21`. */
  readonly businessDate: string
  /** What makes the tick one of its kind: the business date, with the local time where a day has more ticks. */
  readonly label: string
  /** The wall clock at the tick with its offset: `2026-11-21T08:00:00+01:00`. */
  readonly localTime: string
}

const dayMs = 86_400_000

/** The schedule of an expression that `cronFault` finds nothing wrong with, in a zone of `isTimeZone`. */
export function scheduleOf(cron: string, timeZone: string): Schedule {
  return { cron, timeZone, onceADay: firesOnceADay(cron) }
}

/** The newest tick at or before `nowMs`, if there was one. */
export function lastTick(schedule: Schedule, nowMs: number): Tick | undefined {
  const atMs = lastTickAtMs(schedule.cron, schedule.timeZone, nowMs)
  return atMs === undefined ? undefined : tickAt(schedule, atMs)
}

/** The first tick after `afterMs`, if there is one. */
export function nextTick(schedule: Schedule, afterMs: number): Tick | undefined {
  const atMs = nextTickAtMs(schedule.cron, schedule.timeZone, afterMs)
  return atMs === undefined ? undefined : tickAt(schedule, atMs)
}

/** The next `count` ticks after `afterMs`, oldest first; fewer when the expression ends. */
export function nextTicks(schedule: Schedule, afterMs: number, count: number): readonly Tick[] {
  const ticks: Tick[] = []
  let tick = nextTick(schedule, afterMs)
  while (tick !== undefined && ticks.length < count) {
    ticks.push(tick)
    tick = nextTick(schedule, tick.atMs)
  }
  return ticks
}

/** The ticks after `afterMs` up to and with `untilMs`, newest first, at most `limit` of them. */
export function passedTicks(
  schedule: Schedule,
  afterMs: number,
  untilMs: number,
  limit: number,
): readonly Tick[] {
  const ticks: Tick[] = []
  let tick = lastTick(schedule, untilMs)
  while (tick !== undefined && tick.atMs > afterMs && ticks.length < limit) {
    ticks.push(tick)
    tick = lastTick(schedule, tick.atMs - 1)
  }
  return ticks
}

/** The calendar date at an instant, as `2026-11-21`. */
export function dateIn(timeZone: string, atMs: number): string {
  return DateTime.fromMillis(atMs, { zone: timeZone }).toFormat('yyyy-MM-dd')
}

/** Whether `text` is a day of the calendar, written `2026-11-21`. */
export function isBusinessDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && DateTime.fromISO(text, { zone: 'UTC' }).isValid
}

/**
 * The label of something opened by hand at `nowMs`: that of today's tick, so that by hand and by clock open
 * the same once; the minute where a day has more ticks.
 */
export function labelNow(schedule: Schedule, nowMs: number): string {
  const local = DateTime.fromMillis(nowMs, { zone: schedule.timeZone })
  return local.toFormat(schedule.onceADay ? 'yyyy-MM-dd' : "yyyy-MM-dd'T'HH:mm")
}

function tickAt(schedule: Schedule, atMs: number): Tick {
  const local = DateTime.fromMillis(atMs, { zone: schedule.timeZone })
  const businessDate = local.toFormat('yyyy-MM-dd')
  return {
    atMs,
    businessDate,
    label: schedule.onceADay ? businessDate : `${businessDate}T${timeLabel(local)}`,
    localTime: local.toISO({ suppressMilliseconds: true }) ?? '',
  }
}

/** Two ticks of the night that has an hour twice must not be one: the second pass also names its offset. */
function timeLabel(local: DateTime): string {
  const time = local.toFormat(local.second === 0 ? 'HH:mm' : 'HH:mm:ss')
  const [first] = local.getPossibleOffsets().sort((a, b) => a.toMillis() - b.toMillis())
  return first === undefined || first.toMillis() === local.toMillis() ? time : time + local.toFormat('ZZ')
}

/**
 * Times and days of a cron expression do not depend on each other, so the first day it ever fires shows how
 * often it fires a day. Asked in UTC, where no day has an hour too many.
 */
function firesOnceADay(cron: string): boolean {
  const first = nextTickAtMs(cron, 'UTC', -1)
  const second = first === undefined ? undefined : nextTickAtMs(cron, 'UTC', first)
  if (first === undefined || second === undefined) return true
  return Math.floor(second / dayMs) !== Math.floor(first / dayMs)
}
