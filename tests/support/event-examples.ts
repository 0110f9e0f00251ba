// One event of each kind as the house really prints it, for docs/events.md and its schemas.

import { readFileSync } from 'node:fs'
import { definePlan } from '../../orchestrator/core/graph/define-plan.ts'
import type { Plan } from '../../orchestrator/core/graph/plan.ts'
import { planChunks } from '../../orchestrator/core/graph/plan-chunks.ts'
import { announce } from '../../orchestrator/core/run/announce.ts'
import { printCommit } from '../../orchestrator/core/run/commit-record.ts'
import { decide } from '../../orchestrator/core/run/decide.ts'
import { evolve } from '../../orchestrator/core/run/evolve.ts'
import { claimRecord, planRecords } from '../../orchestrator/core/run/journal.ts'
import { Run } from '../../orchestrator/core/run/run.ts'
import type { CommitRecord, RunFact } from '../../orchestrator/core/run/run-fact.ts'
import type { OpenInput, RunInput } from '../../orchestrator/core/run/run-input.ts'
import { defaultRunPolicy } from '../../orchestrator/core/run/run-policy.ts'
import { at } from '../../shared/base/assert.ts'
import { Fault } from '../../shared/base/fault.ts'
import type { Json } from '../../shared/base/json.ts'
import { deadLetter } from '../../shared/events/dead-letter.ts'
import type { EventRecord } from '../../shared/events/event-record.ts'
import { parseReady } from '../../shared/events/ready.ts'
import { defaultTopics } from '../../shared/events/topics.ts'
import { type Outcome, verdictOf } from '../../workers/core/verdict.ts'
import { chained } from './chained.ts'

const runId = 'daily_operations@2026-11-21'
const claimId = 'k2f0dz8m41qa.3'
const openedAtMs = Date.parse('2026-11-21T07:00:00Z')
/** The examples are not about the hash, and must not change with it. */
const hash = '2f1d6d3c9d5c1be0a4c1f7a1e7f5c7f0b0a5b1f2c3d4e5f60718293a4b5c6d7e'

/** Object 2005 of the samples with all it needs: two objects, two zones. */
function samplePlan(): Plan {
  const text = readFileSync(new URL('../../tools/samples/objects.json', import.meta.url), 'utf8')
  const planned = definePlan({ files: [{ file: 'objects.json', text }], selection: { targets: ['2005'] } })
  if (!planned.ok) throw new Error('the samples cannot be planned')
  return { ...planned.value.plan, hash }
}

const opening: OpenInput = {
  kind: 'open',
  tenant: 'default',
  workflow: 'daily_operations',
  businessDate: '2026-11-21',
  policy: defaultRunPolicy,
  reused: [],
}
const dispatch: RunInput = { kind: 'dispatch', limit: 500 }
const loaded = (objectId: string, attempt: number): RunInput => {
  return { kind: 'loaded', runId, objectId, attempt, info: '1204 rows', result: { rows: 1204 } }
}
const frame = 'at readSheet (/srv/loaders/projects.ts:41:11)'
const failed = (objectId: string, attempt: number, retryable: boolean): RunInput => {
  const code = retryable ? 'LOADER_FAILED' : 'LOADER_REFUSED'
  const detail = 'projects.xlsx has no sheet "2026"'
  const error = { code, retryable, detail, stack: frame, ...(retryable ? { retry_after_ms: 5_000 } : {}) }
  return { kind: 'failed', runId, objectId, attempt, info: undefined, error }
}

interface Told {
  readonly commits: readonly CommitRecord[]
  readonly records: readonly EventRecord[]
}

/** What a run says and sends when these things happen to it, each ten seconds after the one before. */
function told(steps: readonly RunInput[]): Told {
  const run = new Run(runId, samplePlan())
  const commits: CommitRecord[] = []
  const records = steps.flatMap((step, index) => {
    const atMs = openedAtMs + index * 10_000
    const { facts, head } = decide(run, [step], atMs)
    evolve(run, facts, atMs)
    run.head = head
    const version = index + 1
    const commit = chained(runId, version, atMs, facts)
    commits.push(commit)
    return announce(run, commit, printCommit(commit), defaultTopics)
  })
  return { commits, records }
}

const reusing: OpenInput = {
  ...opening,
  reused: [{ objectId: '1005', loadedAtMs: openedAtMs - 3_600_000, result: { rows: 1200 } }],
}
const goodDay = () => told([opening, dispatch, loaded('1005', 1), loaded('2005', 1)])
const badDay = () =>
  told([opening, dispatch, failed('1005', 1, true), { kind: 'tick' }, failed('1005', 2, false)])
const mendedDay = () =>
  told([
    opening,
    dispatch,
    failed('1005', 1, false),
    { kind: 'retry', by: 'ada', reason: 'it has one now', objectId: '1005' },
  ])
const patientDay = () =>
  told([{ ...opening, policy: { ...defaultRunPolicy, answer_timeout_ms: 3_600_000 } }, dispatch])
const cancelledDay = () => told([opening, { kind: 'cancel', reason: 'cancelled over the API' }])

const hand = { by: 'ada', reason: 'the source was late' }
const waiting: OpenInput = {
  ...opening,
  rerunOf: 'run-0',
  ...hand,
  waitUntilMs: { '07:30': openedAtMs + 5 },
  lastLoads: [{ objectId: '1005', loadedAtMs: openedAtMs - 3_600_000, result: { rows: 1100 } }],
  policy: {
    ...defaultRunPolicy,
    answer_timeout_ms: 5_000,
    pickup_timeout_ms: 60_000,
    zones: {
      standardization: { pickup_timeout_ms: null },
      application: { answer_timeout_ms: null },
      ingestion: { max_retries: 0, backoff: { base_ms: 1 }, attempt_timeout_ms: null },
    },
  },
}
const ofObject = { ...hand, objectId: '1005' }
/** An answer that says when another try makes sense. */
function busy(retryable: boolean): RunInput {
  const error = { code: 'LOADER_FAILED', retryable, detail: '503', retry_after_ms: 2_000 }
  return { kind: 'failed', runId, objectId: '1005', attempt: undefined, info: undefined, error }
}
/** What people do, and what comes late. */
const handDays = () => [
  told([waiting, dispatch, { kind: 'tick' }, loaded('1005', 1), { kind: 'accept-late', ...ofObject }]),
  told([
    opening,
    dispatch,
    { kind: 'lost', objectId: '1005', attempt: 1, cause: 'restarted' },
    loaded('1005', 1),
    { kind: 'accept-late', ...ofObject },
  ]),
  told([waiting, dispatch, { kind: 'tick' }, failed('1005', 1, true), { kind: 'discard', ...ofObject }]),
  told([waiting, dispatch, { kind: 'tick' }, { kind: 'retry', ...ofObject }]),
  told([opening, dispatch, { kind: 'pause', ...hand }, { kind: 'resume', ...hand }]),
  told([opening, dispatch, { kind: 'lost', objectId: '1005', attempt: 1, cause: 'restarted' }]),
  told([opening, dispatch, { kind: 'mark-loaded', result: { rows: 1 }, ...ofObject }]),
  told([opening, dispatch, { kind: 'skip', ...ofObject }, loaded('2005', 1)]),
  told([opening, dispatch, { kind: 'cancel', ...hand }]),
  told([opening, dispatch, busy(true), { kind: 'tick' }, busy(false)]),
]

/** Facts of every type, with every field that one can have. */
export function factsOfEveryType(): readonly RunFact[] {
  const days = [goodDay(), badDay(), cancelledDay(), patientDay(), told([reusing]), ...handDays()]
  return days.flatMap(({ commits }) => commits.flatMap(({ facts }) => facts))
}

export type EventExamples = Readonly<Record<string, Json>>

/** Values and headers of every kind of event by the name that docs/events.md has for it. */
export function eventExamples(): EventExamples {
  const { records } = goodDay()
  const [first, child] = records.filter(({ topic }) => topic.startsWith(defaultTopics.ready)) as [
    EventRecord,
    EventRecord,
  ]
  const [dead] = badDay().records.filter(({ topic }) => topic === defaultTopics.dlq) as [EventRecord]
  const letters = mendedDay().records.filter(({ topic }) => topic === defaultTopics.dlq)
  const resolved = at(letters, 1)
  const [ended] = records.filter(({ topic }) => topic === defaultTopics.workflow) as [EventRecord]
  const journal = records.filter(({ topic }) => topic === defaultTopics.journal)
  const plan = samplePlan()
  const [chunk] = planRecords(
    { runId, hash: plan.hash, chunks: planChunks(plan, 400_000), atMs: openedAtMs },
    defaultTopics.journal,
  ) as [EventRecord]
  const answer = (outcome: Outcome) => JSON.parse(JSON.stringify(verdictOf(readyOf(first), outcome))) as Json
  return {
    ready: parsedValue(first),
    'headers of ready': first.headers,
    'ready of a child': parsedValue(child),
    loaded: answer({ kind: 'loaded', loaded: { info: '1204 rows', result: { rows: 1204 } } }),
    failed: answer({ kind: 'thrown', error: lockedError() }),
    'failed for a while': answer({ kind: 'thrown', error: unavailable() }),
    'dead letter': parsedValue(dead),
    'headers of dead letter': dead.headers,
    'dead letter resolved': parsedValue(resolved),
    'headers of dead letter resolved': resolved.headers,
    'headers of unreadable': unreadableHeaders(),
    commit: parsedValue(at(journal, 2)),
    'headers of commit': at(journal, 2).headers,
    claim: parsedValue(claimRecord(runId, claimId, openedAtMs, defaultTopics.journal)),
    'closing commit': JSON.parse(printCommit(closing())) as Json,
    'plan chunk': parsedValue(chunk),
    'workflow ended': parsedValue(ended),
  }
}

/** Its stack is that of no machine. */
function lockedError(): Error {
  const error = new Error('projects.xlsx is locked by another user')
  error.stack = `${error}\n    ${frame}`
  return error
}

/** What a rebuild behind the third commit writes. */
function closing(): CommitRecord {
  return { ...chained(runId, 4, openedAtMs + 60_000, []), rebuild: claimId }
}

/** What a breaker says that opened ten seconds ago. */
function unavailable(): Fault {
  const until = new Date(openedAtMs + 30_000).toISOString()
  const message = `the breaker of https://files.example.org is open until ${until}, after: GET https://files.example.org/projects.xlsx answered 503`
  return new Fault('TARGET_UNAVAILABLE', message, { detail: { retryAfterMs: 20_000 } })
}

function readyOf(record: EventRecord) {
  const ready = parseReady(record.value)
  if (!ready.ok) throw new Error(ready.reason)
  return ready.value
}

function unreadableHeaders(): Json {
  const place = { topic: 'event.load.loaded', partition: 4, offset: '1811', key: runId }
  const record = {
    ...place,
    value: Buffer.from('{"id": "2005"}'),
    headers: {},
    timestampMs: openedAtMs + 20_000,
  }
  return deadLetter(defaultTopics.dlq, record, new Fault('EVENT_UNREADABLE', 'no run_id')).headers
}

function parsedValue(record: EventRecord): Json {
  return JSON.parse(record.value) as Json
}
