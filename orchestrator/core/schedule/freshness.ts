// Which objects of a plan are fresh, so that a run with `--reuse fresh` does not load them again.

import type { Plan, PlanObject } from '../graph/plan.ts'
import type { ReusableLoad } from '../run/run-input.ts'
import { isTimeZone, lastTickAtMs } from './cron.ts'

/**
 * The last loads of those objects of `plan` that are fresh at `nowMs`, in plan order. `lastLoads` is what
 * the house has loaded, by object id; `timeZone` is where a `Fréquence` ticks unless the definition has a
 * `timezone` of its own. The rule and its reasons: docs/decisions/0006-freshness.md.
 */
export function freshLoads(
  plan: Plan,
  lastLoads: ReadonlyMap<string, ReusableLoad>,
  nowMs: number,
  timeZone: string,
): readonly ReusableLoad[] {
  const ticks = tickMemory(nowMs)
  return plan.objects.flatMap((object) => {
    const known = lastLoads.get(object.id)
    if (object.frequency === undefined) return loadedSinceTold(object, known)
    const last = lastLoadOf(object, known, nowMs)
    if (last === undefined) return []
    const tickAtMs = ticks(object.frequency, zoneOfObject(object, timeZone))
    return tickAtMs === undefined || last.loadedAtMs >= tickAtMs ? [last] : []
  })
}

/** Without a frequency there is no tick to be newer than: only the house's own load after `Lastrun` counts. */
function loadedSinceTold(object: PlanObject, known: ReusableLoad | undefined): readonly ReusableLoad[] {
  if (known === undefined || object.lastRunAtMs === undefined) return []
  return known.loadedAtMs > object.lastRunAtMs ? [known] : []
}

/** The later of the house's load and the one the definition tells of; a `Lastrun` in the future is not believed. */
function lastLoadOf(
  object: PlanObject,
  known: ReusableLoad | undefined,
  nowMs: number,
): ReusableLoad | undefined {
  const toldAtMs = object.lastRunAtMs
  if (toldAtMs === undefined || toldAtMs > nowMs) return known
  if (known !== undefined && known.loadedAtMs >= toldAtMs) return known
  return { objectId: object.id, loadedAtMs: toldAtMs }
}

function zoneOfObject({ definition }: PlanObject, timeZone: string): string {
  const own = definition.timezone
  return typeof own === 'string' && isTimeZone(own) ? own : timeZone
}

/** Many objects share few expressions: each is asked once. */
function tickMemory(nowMs: number): (expression: string, timeZone: string) => number | undefined {
  const known = new Map<string, number | undefined>()
  return (expression, timeZone) => {
    const key = `${timeZone} ${expression}`
    if (!known.has(key)) known.set(key, lastTickAtMs(expression, timeZone, nowMs))
    return known.get(key)
  }
}
