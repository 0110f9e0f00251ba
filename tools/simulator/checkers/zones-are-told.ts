// A loader is told what counts for its attempt: how long it may take, what is missing, and what the parents gave.

import type { Plan, PlanObject } from '../../../orchestrator/core/graph/plan.ts'
import type { ObjectLastLoad, ObjectReady, RunOpened } from '../../../orchestrator/core/run/run-fact.ts'
import { isJsonObject, type Json } from '../../../shared/base/json.ts'
import { linksOf, patienceOf } from '../oracle/terms.ts'
import type { Checker, Load, Story } from '../story.ts'

/** A worker that waits for an earlier deadline waits as long as it was to last before the clock was set. */
const afterwardsMs = 10_000

/** What was ever said of a run: the store may have lost it, and the zone had heard of it all the same. */
interface Said {
  readonly opened: readonly RunOpened[]
  readonly ready: ReadonlyMap<string, readonly ObjectReady[]>
  readonly lastLoads: readonly ObjectLastLoad[]
}

export const zonesAreTold: Checker = (story) => {
  const said = new Map([...story.plans.keys()].map((runId) => [runId, saidOf(runId, story)]))
  return story.loads.flatMap((load) => {
    const ofRun = said.get(load.runId)
    if (ofRun === undefined || load.told === undefined) return []
    const wrong = [wrongTimeout(load, load.told, ofRun, story), wrongDegraded(load, load.told, ofRun)]
    const inputs = story.isShared ? [] : wrongInputs(load, load.told, ofRun, story)
    return [...wrong, ...inputs, tooLong(load, load.told, story)]
      .filter((text) => text !== undefined)
      .map((text) => ({
        rule: 'zones are told',
        text: `attempt ${load.attempt} at ${load.objectId} of ${load.runId} ${text}`,
      }))
  })
}

type Told = NonNullable<Load['told']>

function saidOf(runId: string, { everKept }: Story): Said {
  const facts = everKept.flatMap(({ run_id, facts }) => (run_id === runId ? facts : []))
  const ready = facts.filter((fact) => fact.type === 'object-ready')
  return {
    opened: facts.filter((fact) => fact.type === 'run-opened'),
    ready: Map.groupBy(ready, ({ object_id, attempt }) => `${object_id} ${attempt}`),
    lastLoads: facts.filter((fact) => fact.type === 'object-last-load'),
  }
}

function wrongTimeout({ objectId, runId }: Load, { timeout_ms }: Told, { opened }: Said, { plans }: Story) {
  const object = objectIn(plans.get(runId), objectId)
  const mayBe = object === undefined ? [] : opened.map(({ policy }) => patienceOf(policy, object).attemptMs)
  if (mayBe.includes(timeout_ms ?? Number.POSITIVE_INFINITY)) return undefined
  return `may take ${timeout_ms} ms, and should have ${mayBe.join(' or ')}`
}

function wrongDegraded({ objectId, attempt }: Load, { degraded = [] }: Told, { ready }: Said) {
  const mayBe = (ready.get(`${objectId} ${attempt}`) ?? []).map((fact) => JSON.stringify(fact.degraded ?? []))
  if (mayBe.includes(JSON.stringify(degraded))) return undefined
  return `is told ${JSON.stringify(degraded)}, and its run says ${mayBe.join(' or ')}`
}

/** Results say which run they are of: of a parent that is there it is this one, and else the last load of before. */
function wrongInputs({ objectId, runId }: Load, told: Told, { lastLoads }: Said, { plans }: Story) {
  const isOld = (parent: string) =>
    (told.degraded ?? []).some(
      (one) => one.parent === parent && one.child === objectId && one.loaded_at_ms !== undefined,
    )
  const object = objectIn(plans.get(runId), objectId)
  return (object === undefined ? [] : linksOf(object)).flatMap(({ parent }) => {
    const given = told.inputs[parent]
    const old = lastLoads
      .filter(({ object_id }) => object_id === parent)
      .map(({ result }) => JSON.stringify(result))
    const isRight = isOld(parent)
      ? old.includes(JSON.stringify(given))
      : given === undefined || isOf(runId, given)
    return isRight ? [] : [`is given ${JSON.stringify(given)} of ${parent}`]
  })
}

function objectIn(plan: Plan | undefined, objectId: string): PlanObject | undefined {
  return plan?.objects[plan.indexOf.get(objectId) ?? -1]
}

function isOf(runId: string, result: Json): boolean {
  return isJsonObject(result) && (result.of === runId || result.by !== undefined)
}

/** Who stood still, or whose clock was set, cannot know how long it took; nor can who still waits by the time of before. */
function tooLong({ worker, startedAtMs, overAtMs, outcome }: Load, { timeout_ms }: Told, story: Story) {
  const tookMs = (overAtMs ?? startedAtMs) - startedAtMs
  if (outcome === undefined || timeout_ms === null || tookMs <= timeout_ms + 1) return undefined
  const isExcused = story.leaseTroubles
    .filter((trouble) => trouble.worker === worker)
    .some(({ atMs }) => atMs >= startedAtMs - afterwardsMs && atMs <= (overAtMs ?? 0))
  return isExcused ? undefined : `took ${tookMs} ms, and was to be given up after ${timeout_ms}`
}
