// An orchestrator behind its real HTTP interface on a free port, in memory and in virtual time.

import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { MemoryLoadRegistry } from '../../orchestrator/adapters/memory/memory-load-registry.ts'
import { MemoryRunStore } from '../../orchestrator/adapters/memory/memory-run-store.ts'
import { defaultRunPolicy } from '../../orchestrator/core/run/run-policy.ts'
import { parseWorkflows } from '../../orchestrator/core/schedule/workflow.ts'
import type { ApiParts } from '../../orchestrator/http/api-parts.ts'
import { newApiServer } from '../../orchestrator/http/server.ts'
import { Conductor } from '../../orchestrator/services/conductor.ts'
import { DeadLetterDesk } from '../../orchestrator/services/dead-letter-desk.ts'
import { Explainer } from '../../orchestrator/services/explainer.ts'
import { LoadRecorder } from '../../orchestrator/services/load-recorder.ts'
import { Relay } from '../../orchestrator/services/relay.ts'
import { RunFeed } from '../../orchestrator/services/run-feed.ts'
import { RunOpener } from '../../orchestrator/services/run-opener.ts'
import { Scheduler } from '../../orchestrator/services/scheduler.ts'
import { VirtualClock } from '../../shared/adapters/memory/virtual-clock.ts'
import { assert } from '../../shared/base/assert.ts'
import { seededRandom } from '../../shared/base/random.ts'
import { defaultTopics } from '../../shared/events/topics.ts'
import type { HttpService } from '../../shared/http/http-service.ts'
import { silentMeter } from '../../shared/ports/meter.ts'
import type { OutgoingRecord, ScannedRecord } from '../../shared/ports/transport.ts'
import { type RecordingLogger, recordingLogger } from './recording-logger.ts'
import { wholeStore } from './whole-store.ts'

export interface ApiHouse {
  readonly server: HttpService
  readonly clock: VirtualClock
  readonly logger: RecordingLogger
  readonly store: MemoryRunStore
  readonly published: readonly OutgoingRecord[]
  /** Says what a zone would: resolves when it is decided. */
  loaded(runId: string, ...objectIds: readonly string[]): Promise<void>
  failed(runId: string, objectId: string): Promise<void>
  /** Hands over any input: resolves when it is decided. */
  answer(runId: string, input: Parameters<Conductor['submit']>[1]['input']): Promise<void>
  /** The same as loaded, of one attempt. */
  answered(runId: string, objectId: string, attempt: number): Promise<void>
  /** Sends a request with its path as it stands, which fetch would tidy. */
  send(method: string, path: string, options?: SendOptions): Promise<Reply>
  stop(): Promise<void>
}

export interface SendOptions {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

export interface Reply {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
  /** The body as JSON; undefined when it is none. */
  readonly json: Record<string, unknown> | undefined
}

const daily = JSON.stringify({
  name: 'daily_operations',
  schedule: { cron: '0 8 * * *', timezone: 'Europe/Madrid' },
  steps: [
    { id: 'generate_forecasts', zone: '1-Raw' },
    { id: 'send_summary', zone: '3-Application', parents: ['generate_forecasts'] },
  ],
})

const byHand = JSON.stringify({ name: 'by_hand', steps: [{ id: 'only_step', zone: '1-Raw' }] })

/** Started. `changes` takes the place of parts of the API. */
export async function apiHouse(changes: Partial<ApiParts> = {}): Promise<ApiHouse> {
  const clock = new VirtualClock(Date.parse('2026-11-21T05:00:00Z'))
  const logger = recordingLogger()
  const random = seededRandom(1)
  const store = new MemoryRunStore(() => clock.nowMs())
  const published: OutgoingRecord[] = []
  const transport = {
    publish: async (records: readonly OutgoingRecord[]) => void published.push(...records),
    scan: async (topic: string, _key: string | undefined, visit: (record: ScannedRecord) => void) => {
      for (const [place, { topic: to, key, value, headers = {} }] of published.entries())
        if (to === topic)
          visit({ partition: 0, offset: String(place), key, value: Buffer.from(value), headers })
    },
  }
  const feed = new RunFeed(store, clock)
  const shared = {
    ...{ store, transport, clock, logger, random, topics: defaultTopics, timeZone: 'UTC' },
    restorer: wholeStore,
  }
  const relay = new Relay(shared)
  const registry = new MemoryLoadRegistry()
  const recorder = new LoadRecorder({ ...shared, registry })
  const conductor = new Conductor({
    ...shared,
    relay,
    relayed: () => {},
    kept: (run, commit) => {
      recorder.record(run, commit)
      feed.notify(run.id)
    },
  })
  const opener = new RunOpener({ ...shared, conductor, registry })
  const directory = {
    workers: async () => [
      { zone: 'standardization', owner: 'w', version: '1', capacity: 4, running: 4, seenAtMs: 0 } as const,
    ],
  }
  let runs = 0
  const parts: ApiParts = {
    host: '127.0.0.1',
    port: 0,
    apiToken: undefined,
    bodyLimitBytes: 2 ** 20,
    drainMs: 1_000,
    version: '1.2.3',
    probes: { clock, meter: silentMeter, heartbeats: [], checks: [], isStarted: () => true },
    clock,
    logger,
    newRunId: () => `run-${++runs}`,
    policy: defaultRunPolicy,
    store,
    conductor,
    opener,
    deadLetters: new DeadLetterDesk({ ...shared, conductor }),
    explainer: new Explainer({
      restorer: { isRebuilding: false },
      conductor,
      store,
      clock,
      leases: { holders: async () => [] },
      builds: { ownersOf: async () => [] },
      directory,
    }),
    feed,
    scheduler: schedulerOf({ ...shared, opener }),
    ...changes,
  }
  const server = newApiServer(parts)
  await server.start()

  const answer = (runId: string, input: Parameters<Conductor['submit']>[1]['input']) =>
    new Promise<void>((resolve, reject) => {
      conductor.submit(runId, { input, settle: () => resolve(), refuse: reject })
    })
  const common = { attempt: undefined, info: undefined }
  return {
    server,
    clock,
    logger,
    store,
    published,
    answer,
    loaded: async (runId, ...objectIds) => {
      for (const objectId of objectIds)
        await answer(runId, { kind: 'loaded', runId, objectId, ...common, result: undefined })
    },
    failed: (runId, objectId) => {
      const error = { code: 'LOADER_REFUSED', retryable: false, detail: 'no' }
      return answer(runId, { kind: 'failed', runId, objectId, ...common, error })
    },
    answered: (runId, objectId, attempt) => {
      const info = { info: undefined, result: undefined }
      return answer(runId, { kind: 'loaded', runId, objectId, attempt, ...info })
    },
    send: (method, path, options) => send(server.port, method, path, options),
    stop: async () => {
      await server.stop()
      await conductor.stop()
      await relay.stop()
    },
  }
}

function schedulerOf(
  parts: Pick<
    ConstructorParameters<typeof Scheduler>[0],
    'opener' | 'store' | 'clock' | 'random' | 'logger' | 'timeZone'
  >,
): Scheduler {
  const files = [
    { file: 'daily.json', text: daily },
    { file: 'by-hand.json', text: byHand },
  ]
  const workflows = parseWorkflows(files)
  assert(workflows.ok, 'the workflows of the house are sound')
  return new Scheduler({
    ...parts,
    workflows: workflows.value,
    tenants: ['default'],
    policy: defaultRunPolicy,
    catchUp: 'none',
    beat: () => {},
  })
}

/** Opens a request and gives the answer while its body is still to come. */
export async function openAnswer(
  port: number,
  method: string,
  path: string,
  { headers = {}, body }: SendOptions = {},
): Promise<IncomingMessage> {
  const isText = typeof body === 'string' || Buffer.isBuffer(body)
  const payload = body === undefined || isText ? body : JSON.stringify(body)
  const type = payload === undefined ? {} : { 'content-type': 'application/json' }
  const request = httpRequest({
    host: '127.0.0.1',
    port,
    method,
    path,
    headers: { ...type, ...headers },
    agent: false,
  })
  request.end(payload)
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  // A connection that is cut off is for the test to see in what it has read.
  request.on('error', () => {})
  return response
}

async function send(port: number, method: string, path: string, options?: SendOptions): Promise<Reply> {
  const response = await openAnswer(port, method, path, options)
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString()
  return { status: response.statusCode ?? 0, headers: response.headers, text, json: jsonOf(text) }
}

function jsonOf(text: string): Reply['json'] {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
