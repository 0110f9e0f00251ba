// Looks at every object that has not ended, at one moment, and says what will move it on.

import { parseCommit } from '../../orchestrator/core/run/commit-record.ts'
import type { RunFact } from '../../orchestrator/core/run/run-fact.ts'
import type { MemoryBroker } from '../../shared/adapters/memory/memory-broker.ts'
import { isJsonObject, parseJson } from '../../shared/base/json.ts'
import { zones } from '../../shared/base/layer.ts'
import { defaultTopics, readyTopic } from '../../shared/events/topics.ts'
import type { SimulatedLedger } from './simulated-ledger.ts'
import type { SimulatedStore } from './simulated-store.ts'
import type { Waiting } from './story.ts'
import type { StoryRecorder } from './story-recorder.ts'

export interface WitnessParts {
  readonly store: SimulatedStore
  readonly ledger: SimulatedLedger
  readonly broker: MemoryBroker
  readonly recorder: StoryRecorder
  readonly nowMs: () => number
}

/** Where an object stands by its facts. */
interface Standing {
  state: 'waiting' | 'ready' | 'ended'
  attempt: number
  hasTimer: boolean
}

const stays: ReadonlySet<RunFact['type']> = new Set([
  'object-last-load',
  'late-result',
  'object-discarded',
  'object-retried',
])

export class WaitingWitness {
  readonly samples: Waiting[] = []
  readonly #parts: WitnessParts

  constructor(parts: WitnessParts) {
    this.#parts = parts
  }

  /** A store that is not whole is looked at by whoever restores it: then there is nothing to see. */
  look(): void {
    const { store, recorder } = this.#parts
    if (!store.isSettled()) return
    const asked = new Set(
      zones.flatMap((zone) => this.#unread(readyTopic(defaultTopics, zone), `zone.${zone}`)),
    )
    const { loaded, failed } = defaultTopics
    const answered = new Set([loaded, failed].flatMap((topic) => this.#unread(topic, 'orchestrator')))
    for (const runId of recorder.plans.keys())
      if (!store.hasEnded(runId)) this.#lookAt(runId, asked, answered)
  }

  #lookAt(runId: string, asked: ReadonlySet<string>, answered: ReadonlySet<string>): void {
    const { store, recorder, ledger, nowMs } = this.#parts
    const plan = recorder.plans.get(runId)
    const records = store.recordsOf(runId)
    // A run that was given up before it was opened for good waits for its client.
    if (plan === undefined || !isOpened(records)) return
    const standings = standingsOf(records)
    const ofRun = [...(store.isOut(runId) ? [] : ['outbox']), ...(isPaused(records) ? ['paused'] : [])]
    const hasDue = store.dueAtMsOf(runId) < Number.POSITIVE_INFINITY
    for (const { id: objectId, parents } of plan.objects) {
      const { state, attempt, hasTimer } = standings.get(objectId) ?? unseen
      if (state === 'ended') continue
      const name = `${runId} ${objectId}`
      const because = [...ofRun]
      if (state === 'waiting' && hasDue) because.push('due')
      if (state === 'ready' && hasTimer && hasDue) because.push('timer')
      if (state === 'waiting' && parents.some((parent) => standings.get(parent)?.state !== 'ended'))
        because.push('parent')
      if (state === 'ready' && asked.has(`${name} ${attempt}`)) because.push('asked')
      if (state === 'ready' && answered.has(name)) because.push('answered')
      if (state === 'ready' && ledger.isLeased({ runId, objectId, attempt })) because.push('leased')
      this.samples.push({ runId, objectId, state, atMs: nowMs(), because })
    }
  }

  /** Objects of the events that the group has not come past: with their attempt those that are asked for. */
  #unread(topic: string, group: string): readonly string[] {
    const { broker } = this.#parts
    return broker.logs(topic).flatMap((log, partition) => {
      const names: string[] = []
      for (let offset = broker.positionOf(group, topic, partition); offset < log.end; offset++) {
        const event = parseJson(log.at(offset)?.value.toString() ?? '')
        if (!isJsonObject(event)) continue
        const name = `${event.run_id} ${event.id}`
        names.push(topic.startsWith(defaultTopics.ready) ? `${name} ${event.attempt}` : name)
      }
      return names
    })
  }
}

function isOpened(records: readonly string[]): boolean {
  return records.some((record) => parseCommit(record).facts.some(({ type }) => type === 'run-opened'))
}

function isPaused(records: readonly string[]): boolean {
  const facts = records.flatMap((record) => parseCommit(record).facts)
  return facts.findLast(({ type }) => type === 'run-paused' || type === 'run-resumed')?.type === 'run-paused'
}

const unseen: Standing = { state: 'waiting', attempt: 0, hasTimer: false }

function standingsOf(records: readonly string[]): ReadonlyMap<string, Standing> {
  const standings = new Map<string, Standing>()
  for (const fact of records.flatMap((record) => parseCommit(record).facts)) {
    if (!('object_id' in fact) || stays.has(fact.type)) continue
    const attempt = standings.get(fact.object_id)?.attempt ?? 0
    standings.set(fact.object_id, standingAfter(fact, attempt))
  }
  return standings
}

function standingAfter(fact: RunFact, attempt: number): Standing {
  if (fact.type === 'object-ready')
    return { state: 'ready', attempt: fact.attempt, hasTimer: fact.deadline_ms !== undefined }
  if (fact.type === 'object-retry-scheduled') return { state: 'waiting', attempt, hasTimer: true }
  return { state: fact.type === 'object-reset' ? 'waiting' : 'ended', attempt, hasTimer: false }
}
