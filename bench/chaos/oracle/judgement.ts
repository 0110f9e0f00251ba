// What the oracle says of runs: from the testimony of the loaders, the effects at the sink, and what the house says it came to.

import type { FactLine } from '../../../shared/api/run-resource.ts'
import type { ExpectedRun, ObjectEnd } from '../house/chaos-objects.ts'
import type { FencedSink } from './fenced-sink.ts'
import { type Attempt, isLoad, type LoadLine, type Testimony } from './witness.ts'

/** A run as the house tells it; without facts when it never ended. */
export interface ToldRun {
  readonly expected: ExpectedRun
  readonly state: string
  readonly facts: readonly FactLine[]
}

/** Each list is of broken promises, in words. */
export interface Judgement {
  /** Objects that should be loaded and were not, or that the house says nothing final of. */
  readonly lost: readonly string[]
  /** Loads that began before a load of each parent had ended. */
  readonly early: readonly string[]
  /** What the house says of an object or a run that is not so. */
  readonly wrong: readonly string[]
  /** Effects that were applied although the same attempt or a newer one had been. */
  readonly doubled: readonly string[]
  /** Objects whose standing effect is of another attempt than the house counts. */
  readonly foreign: readonly string[]
  readonly unreadable: readonly string[]
  /** Loads that began. */
  readonly executions: number
  /** Loads beyond the one that each attempt needs. */
  readonly duplicates: number
  /** Loads that had begun and not ended on processes at the moment they were struck. */
  readonly inFlight: number
}

const endOfFact: Readonly<Record<string, ObjectEnd>> = {
  'object-loaded': 'loaded',
  'object-failed': 'failed',
  'object-blocked': 'blocked',
}

export function judge(runs: readonly ToldRun[], testimony: Testimony, sink: FencedSink): Judgement {
  const loads = testimony.lines.filter(isLoad)
  const ended = new Set(loads.filter(({ what }) => what === 'end').map(nameOf))
  const told = runs.map((run) => toldFaults(run, ended, sink))
  return {
    lost: told.flatMap(({ lost }) => lost),
    early: earlyLoads(runs, loads),
    wrong: told.flatMap(({ wrong }) => wrong),
    doubled: doubledEffects(sink),
    foreign: told.flatMap(({ foreign }) => foreign),
    unreadable: testimony.unreadable,
    executions: loads.filter(({ what }) => what === 'start').length,
    duplicates: duplicatesOf(runs, loads),
    inFlight: inFlightOf(testimony),
  }
}

function nameOf({ runId, objectId, attempt }: Attempt): string {
  return `${runId}/${objectId}#${attempt}`
}

/** Where the house's story differs from what must be and from what the loaders and the sink have seen. */
function toldFaults({ expected, state, facts }: ToldRun, ended: ReadonlySet<string>, sink: FencedSink) {
  const { runId, objects } = expected
  const [lost, wrong, foreign]: [string[], string[], string[]] = [[], [], []]
  const ends = new Map<string, FactLine[]>()
  for (const fact of facts) {
    if (endOfFact[fact.type] === undefined) continue
    ends.set(`${fact.object_id}`, [...(ends.get(`${fact.object_id}`) ?? []), fact])
  }
  for (const [objectId, { end }] of objects) {
    const name = `${runId}/${objectId}`
    const [fact, ...more] = ends.get(objectId) ?? []
    if (fact === undefined) {
      lost.push(`${name} has no end`)
      continue
    }
    const said = endOfFact[fact.type]
    if (said !== end) wrong.push(`${name} is ${said} and should be ${end}`)
    if (more.length > 0) wrong.push(`${name} ended ${more.length + 1} times`)
    if (said !== 'loaded') continue
    if (!ended.has(`${name}#${fact.attempt}`)) lost.push(`${name} attempt ${fact.attempt} was never loaded`)
    const standing = sink.standing(name)
    if (standing !== fact.attempt)
      foreign.push(`${name}: ${fact.attempt} counts, ${standing ?? 'nothing'} stands`)
  }
  const fine = [...objects.values()].every(({ end }) => end === 'loaded')
  const due = fine ? 'succeeded' : 'failed'
  if (state !== due) wrong.push(`${runId} is ${state} and should be ${due}`)
  const endings = facts.filter(({ type }) => type === 'run-ended').length
  if (endings !== 1) wrong.push(`${runId} ended ${endings} times`)
  return { lost, wrong, foreign }
}

function earlyLoads(runs: readonly ToldRun[], loads: readonly LoadLine[]): readonly string[] {
  const expected = new Map(runs.map((run) => [run.expected.runId, run.expected.objects]))
  const ended = new Set<string>()
  const early: string[] = []
  for (const { what, runId, objectId } of loads) {
    const object = expected.get(runId)?.get(objectId)
    if (object === undefined) early.push(`${runId}/${objectId} is no object of a run`)
    else if (what === 'end') ended.add(`${runId}/${objectId}`)
    else if (what === 'start') {
      const missing = object.parents.filter((parent) => !ended.has(`${runId}/${parent}`))
      if (missing.length > 0) early.push(`${runId}/${objectId} began before ${missing.join(', ')} had ended`)
    }
  }
  return early
}

/** A count of its own: the sink may be wrong too. */
function doubledEffects({ effects }: FencedSink): readonly string[] {
  const newest = new Map<string, number>()
  return effects.flatMap(({ object, attempt }) => {
    const before = newest.get(object) ?? 0
    newest.set(object, Math.max(before, attempt))
    return attempt > before ? [] : [`${object} attempt ${attempt} behind ${before}`]
  })
}

function duplicatesOf(runs: readonly ToldRun[], loads: readonly LoadLine[]): number {
  const starts = new Map<string, number>()
  for (const { what, runId, objectId } of loads)
    if (what === 'start') starts.set(`${runId}/${objectId}`, (starts.get(`${runId}/${objectId}`) ?? 0) + 1)
  let duplicates = 0
  for (const { expected } of runs)
    for (const [objectId, { retries }] of expected.objects)
      duplicates += Math.max(0, (starts.get(`${expected.runId}/${objectId}`) ?? 0) - 1 - retries)
  return duplicates
}

function inFlightOf({ lines }: Testimony): number {
  const running = new Map<number, number>()
  let inFlight = 0
  for (const line of lines) {
    const count = running.get(line.pid) ?? 0
    if (!isLoad(line)) {
      inFlight += count
      if (line.what === 'killed') running.delete(line.pid)
    } else running.set(line.pid, line.what === 'start' ? count + 1 : count - 1)
  }
  return inFlight
}
