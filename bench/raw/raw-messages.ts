// Every message that a run needs, to the byte: the core decides the run on paper, and what it would announce is kept.

import type { Plan } from '../../orchestrator/core/graph/plan.ts'
import { planChunks } from '../../orchestrator/core/graph/plan-chunks.ts'
import { announce } from '../../orchestrator/core/run/announce.ts'
import { parseCommit, printCommit } from '../../orchestrator/core/run/commit-record.ts'
import { decide } from '../../orchestrator/core/run/decide.ts'
import { evolve } from '../../orchestrator/core/run/evolve.ts'
import { planRecords } from '../../orchestrator/core/run/journal.ts'
import { Run } from '../../orchestrator/core/run/run.ts'
import type { RunInput } from '../../orchestrator/core/run/run-input.ts'
import { defaultRunPolicy } from '../../orchestrator/core/run/run-policy.ts'
import type { EventRecord } from '../../shared/events/event-record.ts'
import type { Topics } from '../../shared/events/topics.ts'

/** Records to be sent together once so many answers have come. */
export interface Send {
  readonly afterAnswers: number
  readonly records: readonly EventRecord[]
}

/** What the raw client sends at once; the answers of a batch are decided together too. */
export const batchSize = 500

const chunkBytes = 400_000

/** The sends of a whole run in which the zones answer in the order they are asked. */
export function sendsOf(plan: Plan, runId: string, topics: Topics, atMs: number): readonly Send[] {
  const run = new Run(runId, plan)
  const sends: Send[] = []
  const ready: string[] = []
  let version = 0
  let answers = 0
  const say = (inputs: readonly RunInput[]) => {
    const { facts, head } = decide(run, inputs, atMs)
    evolve(run, facts, atMs)
    run.head = head
    for (const fact of facts) if (fact.type === 'object-ready') ready.push(fact.object_id)
    if (facts.length === 0) return
    version++
    // Ids of the length that the house's own have.
    const id = (number: number) => `${runId.slice(0, 12).padEnd(12, '0')}.${number.toString(36)}`
    const prev = version === 1 ? undefined : id(version - 1)
    const printed = printCommit({ v: 1, id: id(version), prev, run_id: runId, version, at_ms: atMs, facts })
    sends.push({ afterAnswers: answers, records: announce(run, parseCommit(printed), printed, topics) })
  }
  const chunks = planChunks(plan, chunkBytes)
  for (const record of planRecords({ runId, hash: plan.hash, chunks, atMs }, topics.journal)) {
    sends.push({ afterAnswers: 0, records: [record] })
  }
  const dispatch: RunInput = { kind: 'dispatch', limit: batchSize }
  say([{ kind: 'open', tenant: 'default', policy: defaultRunPolicy, reused: [] }, dispatch])
  while (run.head.scanned < plan.objects.length) say([dispatch])
  while (ready.length > 0) {
    const batch = ready.splice(0, batchSize)
    answers += batch.length
    say(batch.map((objectId): RunInput => loaded(runId, objectId)))
  }
  return sends
}

function loaded(runId: string, objectId: string): RunInput {
  return { kind: 'loaded', runId, objectId, attempt: 1, info: 'simulated in 0 ms', result: undefined }
}
