// The journal read back: the records of many runs in any repetition become each run's commits and plan again.

import { isJsonObject, type JsonObject, parseJson } from '../../../shared/base/json.ts'
import { printCommit } from './commit-record.ts'
import type { RunFact } from './run-fact.ts'

/** A run as far as the journal knows it without a gap. */
export interface JournalledRun {
  readonly runId: string
  readonly plan: string
  readonly chunks: readonly string[]
  /** Its commits from the first on, each as it was stored. */
  readonly records: readonly string[]
}

interface Parts {
  readonly total: number
  readonly values: Map<number, unknown>
}

interface Folding {
  readonly plans: Map<string, Parts>
  readonly commits: Map<number, string>
  readonly split: Map<number, Parts>
}

/** Takes records in the order of a run's partition; what is no record of ours is passed over. */
export class JournalFold {
  readonly #runs = new Map<string, Folding>()

  take(value: string): void {
    const json = parseJson(value)
    if (!isJsonObject(json) || json.v !== 1 || typeof json.run_id !== 'string') return
    const run = this.#runs.get(json.run_id) ?? { plans: new Map(), commits: new Map(), split: new Map() }
    this.#runs.set(json.run_id, run)
    if (typeof json.chunk === 'string') takePart(run.plans, String(json.plan), json, json.chunk)
    else if (Array.isArray(json.facts) && typeof json.version === 'number')
      takeCommit(run, json.version, json, value)
  }

  /** The runs whose first commit and whole plan have been seen. */
  *runs(): Iterable<JournalledRun> {
    for (const [runId, run] of this.#runs) {
      const records = contiguous(run.commits)
      const plan = planOf(records[0])
      const parts = plan === undefined ? undefined : run.plans.get(plan)
      if (plan === undefined || parts === undefined || parts.values.size < parts.total) continue
      yield { runId, plan, chunks: inOrder(parts).map(String), records }
    }
  }
}

function takeCommit(run: Folding, version: number, json: JsonObject, value: string): void {
  if (typeof json.parts !== 'number') {
    if (!run.commits.has(version)) run.commits.set(version, value)
    return
  }
  takePart(run.split, version, json, json.facts)
  const parts = run.split.get(version)
  if (parts === undefined || parts.values.size < parts.total || run.commits.has(version)) return
  // Printed as it was stored before it was split: the fields are the same, and so is their order.
  const facts = inOrder(parts).flat() as readonly RunFact[]
  run.commits.set(version, printCommit(String(json.run_id), version, Number(json.at_ms), facts))
}

function takePart<Name>(all: Map<Name, Parts>, name: Name, json: JsonObject, value: unknown): void {
  const parts = all.get(name) ?? { total: Number(json.parts), values: new Map() }
  all.set(name, parts)
  parts.values.set(Number(json.part), value)
}

function inOrder(parts: Parts): readonly unknown[] {
  return Array.from({ length: parts.total }, (_, index) => parts.values.get(index + 1))
}

function contiguous(commits: ReadonlyMap<number, string>): readonly string[] {
  const records: string[] = []
  for (let version = 1; commits.has(version); version++) records.push(commits.get(version) ?? '')
  return records
}

function planOf(first: string | undefined): string | undefined {
  const json = parseJson(first ?? '')
  if (!isJsonObject(json) || !Array.isArray(json.facts)) return undefined
  const opened = (json.facts as readonly RunFact[]).find((fact) => fact.type === 'run-opened')
  return opened?.plan
}
