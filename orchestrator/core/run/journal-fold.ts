// The journal read back: the records of many runs, in any repetition and from any branch, become each run's commits and plan again.

import { refuseNewer } from '../../../shared/base/format-version.ts'
import { isJsonObject, type JsonObject, parseJson } from '../../../shared/base/json.ts'
import { printCommit } from './commit-record.ts'
import type { RunFact, RunOpened } from './run-fact.ts'

/** A run as far as the journal knows it without a gap. */
export interface JournalledRun {
  readonly runId: string
  /** Undefined: nobody has opened it. */
  readonly opened: RunOpened | undefined
  /** The chunks of its plan; undefined when the journal does not have all of them. */
  readonly chunks: readonly string[] | undefined
  /** Its commits from the first on, each as it was stored. */
  readonly records: readonly string[]
  /** The id of the last of them. */
  readonly last: string | undefined
  readonly hasEnded: boolean
}

interface Parts {
  readonly total: number
  readonly values: Map<number, unknown>
}

interface Link {
  readonly id: string
  readonly record: string
  readonly opened: RunOpened | undefined
  /** Whether the run has ended by it, or goes on again; undefined: it changes nothing of that. */
  readonly hasEnded: boolean | undefined
}

interface Folding {
  readonly plans: Map<string, Parts>
  /** By the id of the commit before, and by `''` the first: the commit that the journal has first of those decided on it. */
  readonly next: Map<string, Link>
  readonly split: Map<string, Parts>
  /** Who said that he restores the run, in their order. */
  readonly claims: Set<string>
}

/**
 * Takes records in the order of a run's partition; what is no record of ours is passed over. Where two commits
 * were decided on the same one, because a store lost the first of them, the one that stands first in the
 * journal counts, and with it what was decided on it: whoever restores a run claims it, and closes it with a
 * commit of his own before anything is decided anew, so that nothing that was lost, and is published late, ever
 * comes first. His commit is void when another one has claimed the run since.
 */
export class JournalFold {
  readonly #runs = new Map<string, Folding>()

  /** Throws FORMAT_NEWER: to pass over what a newer release wrote would make another run of it. */
  take(value: string): void {
    const json = parseJson(value)
    if (!isJsonObject(json) || typeof json.run_id !== 'string') return
    refuseNewer(`a record of run ${json.run_id} in the journal`, json.v)
    if (json.v !== 1) return
    const run = this.#runs.get(json.run_id) ?? newFolding()
    if (typeof json.chunk === 'string' && typeof json.plan === 'string') {
      takePart(run.plans, json.plan, json, json.chunk)
    } else if (Array.isArray(json.facts) && typeof json.id === 'string') takeCommit(run, json.id, json, value)
    else if (typeof json.rebuild === 'string') run.claims.add(json.rebuild)
    else return
    this.#runs.set(json.run_id, run)
  }

  /** The runs that were opened, or were to be. */
  *runs(): Iterable<JournalledRun> {
    for (const runId of this.#runs.keys()) {
      const run = this.run(runId)
      if (run !== undefined) yield run
    }
  }

  run(runId: string): JournalledRun | undefined {
    const run = this.#runs.get(runId)
    if (run === undefined) return undefined
    const links = chainOf(run.next)
    // The beginning is gone, or it is the journal of somebody else: a run without a plan is none.
    if (links.length === 0 && run.plans.size === 0) return undefined
    const opened = links.find((link) => link.opened !== undefined)?.opened
    return {
      runId,
      opened,
      chunks: opened === undefined ? undefined : this.chunksOf(runId, opened.plan),
      records: links.map(({ record }) => record),
      last: links.at(-1)?.id,
      hasEnded: links.findLast((link) => link.hasEnded !== undefined)?.hasEnded ?? false,
    }
  }

  /** The chunks of a plan that somebody was about to open the run over; undefined when not all of them are there. */
  chunksOf(runId: string, plan: string): readonly string[] | undefined {
    const parts = this.#runs.get(runId)?.plans.get(plan)
    return parts !== undefined && isWhole(parts) ? inOrder(parts).map(String) : undefined
  }
}

function newFolding(): Folding {
  return { plans: new Map(), next: new Map(), split: new Map(), claims: new Set() }
}

function takeCommit(run: Folding, id: string, json: JsonObject, value: string): void {
  let record = value
  let facts: unknown = json.facts
  if (typeof json.parts === 'number') {
    const parts = takePart(run.split, id, json, json.facts)
    if (!isWhole(parts)) return
    run.split.delete(id)
    facts = inOrder(parts).flat()
    if (isFacts(facts)) record = printWhole(id, json, facts)
  }
  if (!isFacts(facts)) return
  const prev = typeof json.prev === 'string' ? json.prev : ''
  if (run.next.has(prev) || !mayClose(run, json)) return
  const opened = facts.find((fact) => fact.type === 'run-opened')
  run.next.set(prev, { id, record, opened, hasEnded: endIn(facts) })
}

function endIn(facts: readonly RunFact[]): boolean | undefined {
  const last = facts.findLast(({ type }) => type === 'run-ended' || type === 'run-reopened')
  return last === undefined ? undefined : last.type === 'run-ended'
}

function isFacts(values: unknown): values is readonly RunFact[] {
  return (
    Array.isArray(values) && values.every((value) => isJsonObject(value) && typeof value.type === 'string')
  )
}

/** Who restores a run may be dead without knowing it: then another one has claimed it since. */
function mayClose(run: Folding, { rebuild }: JsonObject): boolean {
  return rebuild === undefined || rebuild === [...run.claims].at(-1)
}

/** As it was stored before it was split. */
function printWhole(id: string, json: JsonObject, facts: readonly RunFact[]): string {
  const { run_id, prev, version, at_ms } = json
  const names = {
    v: 1,
    id,
    run_id: String(run_id),
    version: numberOf(version),
    at_ms: numberOf(at_ms),
  } as const
  return printCommit({ ...names, prev: typeof prev === 'string' ? prev : undefined, facts })
}

function takePart(all: Map<string, Parts>, name: string, json: JsonObject, value: unknown): Parts {
  const parts = all.get(name) ?? { total: numberOf(json.parts), values: new Map() }
  all.set(name, parts)
  parts.values.set(numberOf(json.part), value)
  return parts
}

/** Not by `Number`, which asks an object for its text. */
function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : Number.NaN
}

function isWhole({ total, values }: Parts): boolean {
  if (!(total >= 1 && values.size >= total)) return false
  return Array.from({ length: total }, (_, index) => index + 1).every((part) => values.has(part))
}

function inOrder(parts: Parts): readonly unknown[] {
  return Array.from({ length: parts.total }, (_, index) => parts.values.get(index + 1))
}

function chainOf(next: ReadonlyMap<string, Link>): readonly Link[] {
  const links: Link[] = []
  let link = next.get('')
  // No longer than there are links, should somebody have written a ring.
  for (; link !== undefined && links.length < next.size; link = next.get(link.id)) links.push(link)
  return links
}
