// The routes every program has: liveness, readiness, startup, metrics.

import type { FastifyInstance, FastifyReply } from 'fastify'
import { messageOf } from '../base/fault.ts'
import { redactText } from '../base/redact.ts'
import type { Clock } from '../ports/clock.ts'
import type { Meter } from '../ports/meter.ts'
import type { Heartbeat } from '../service/heartbeat.ts'

/** How long a readiness check may take, in milliseconds. */
const longestCheckMs = 1_000

export interface ReadinessCheck {
  /** What is checked, as operators know it: `kafka`, `redis`. */
  readonly name: string
  /** Resolves when the part works, rejects with the reason when it does not. */
  check(): Promise<void>
}

export interface ProbeOptions {
  readonly clock: Clock
  readonly meter: Meter
  /** The main loops; a loop that does not turn makes the process be restarted. */
  readonly heartbeats: readonly Heartbeat[]
  /** What the program needs to do its work; a failing check takes it out of service, no more. */
  readonly checks: readonly ReadinessCheck[]
  readonly isStarted: () => boolean
}

interface Answer {
  readonly ok: boolean
  readonly body: Readonly<Record<string, unknown>>
}

/** Adds `/health/liveness`, `/health/readiness`, `/health/startup` and `/metrics`: 200, or 503 with what is wrong. */
export function addProbes(server: FastifyInstance, options: ProbeOptions): void {
  const readiness = sharedRound(() => readinessOf(options))
  server.get('/health/liveness', (_request, reply) => send(reply, livenessOf(options.heartbeats)))
  server.get('/health/readiness', async (_request, reply) => send(reply, await readiness()))
  server.get('/health/startup', (_request, reply) => send(reply, startupOf(options.isStarted())))
  server.get('/metrics', async (_request, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(await options.meter.exposition()),
  )
}

function send(reply: FastifyReply, answer: Answer): FastifyReply {
  return reply
    .code(answer.ok ? 200 : 503)
    .header('cache-control', 'no-store')
    .send(answer.body)
}

function livenessOf(heartbeats: readonly Heartbeat[]): Answer {
  const stale = heartbeats.filter((heartbeat) => heartbeat.isStale())
  if (stale.length === 0) return { ok: true, body: { status: 'alive' } }
  const loops = stale.map((heartbeat) => [heartbeat.name, { silent_ms: heartbeat.silentMs() }])
  return { ok: false, body: { status: 'stalled', stalled: Object.fromEntries(loops) } }
}

function startupOf(started: boolean): Answer {
  return { ok: started, body: { status: started ? 'started' : 'starting' } }
}

async function readinessOf({ checks, clock }: ProbeOptions): Promise<Answer> {
  const outcomes = await Promise.all(
    checks.map(async (check) => [check.name, await outcomeOf(check, clock)] as const),
  )
  const failing = outcomes.filter(([, outcome]) => outcome !== 'ok').map(([name]) => name)
  const shown = Object.fromEntries(outcomes)
  if (failing.length === 0) return { ok: true, body: { status: 'ready', checks: shown } }
  return { ok: false, body: { status: 'not-ready', failing, checks: shown } }
}

/** `ok`, or the reason why not, in words. */
async function outcomeOf(check: ReadinessCheck, clock: Clock): Promise<string> {
  let cancel = () => {}
  const late = new Promise<string>((resolve) => {
    const timer = clock.after(longestCheckMs, () => resolve(`no answer within ${longestCheckMs} ms`))
    cancel = () => timer.cancel()
  })
  const checked = Promise.resolve()
    .then(() => check.check())
    .then(
      () => 'ok',
      (error) => redactText(messageOf(error)) || 'failed without a reason',
    )
  return Promise.race([checked, late]).finally(cancel)
}

/** Probes that come while one is under way share its answer: nobody can pile up pings from outside. */
function sharedRound(round: () => Promise<Answer>): () => Promise<Answer> {
  let current: Promise<Answer> | undefined
  return () => {
    current ??= round().finally(() => {
      current = undefined
    })
    return current
  }
}
