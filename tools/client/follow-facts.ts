// Follows the facts of a run over connections that may break: each fact once, in order.

import { createParser, type EventSourceMessage } from 'eventsource-parser'
import type { FactLine } from '../../shared/api/run-resource.ts'
import { type Backoff, backoffMs } from '../../shared/base/backoff.ts'
import { Fault, isRetryable } from '../../shared/base/fault.ts'
import { isJsonObject, parseJson } from '../../shared/base/json.ts'
import type { Random } from '../../shared/base/random.ts'
import { type Clock, sleep } from '../../shared/ports/clock.ts'
import type { HttpCaller } from './http-caller.ts'

export interface Following {
  readonly caller: HttpCaller
  /** Of the facts, below the orchestrator's URL. */
  readonly path: string
  readonly clock: Clock
  readonly random: Random
  /** The id of the last fact seen. */
  readonly after?: string
  readonly signal?: AbortSignal
}

interface SeenFact {
  readonly id: string | undefined
  readonly line: FactLine
}

/** Tries without a single fact in between, before the orchestrator counts as gone: about a minute in all. */
const mostFailures = 12
const backoff: Backoff = { baseMs: 250, factor: 2, capMs: 10_000 }
/** The server says every 15 seconds that it lives: three in a row do not get lost. */
const longestSilenceMs = 45_000
/** The status that tells a follower to come back no more. */
const noContent = 204

/** See `ApiClient.followFacts`. */
export async function* followFacts(following: Following): AsyncGenerator<FactLine, void> {
  const { clock, random, signal } = following
  let last = following.after
  let hasEnded = false
  for (let failures = 0; ; ) {
    let broken = new Fault('SERVER_UNREACHABLE', 'the stream of facts ended before the run')
    try {
      for await (const seen of connection(following, last)) {
        if (seen === 'over') return
        const { id, line } = seen
        failures = 0
        last = id ?? last
        yield line
        // What ended may have been reopened: the stream is over when the orchestrator says so.
        if (line.type === 'run-ended' || line.type === 'run-reopened') hasEnded = line.type === 'run-ended'
      }
      if (hasEnded) return
    } catch (error) {
      if (!isRetryable(error)) throw error
      broken = error as Fault
    }
    if (signal?.aborted) return
    failures++
    if (failures > mostFailures) throw broken
    await sleep(clock, backoffMs(backoff, failures, random()), signal)
    if (signal?.aborted) return
  }
}

/** The facts of one connection; `over`: there are no more for who has seen `last`. Rejects when it cannot be made or breaks; ends when it ends or the signal is aborted. */
async function* connection(
  following: Following,
  last: string | undefined,
): AsyncGenerator<SeenFact | 'over', void> {
  const { caller, path, signal } = following
  const broken = new AbortController()
  const end = () => broken.abort()
  signal?.addEventListener('abort', end)
  if (signal?.aborted) end()
  const watch = silenceWatch(following.clock, broken)
  try {
    const headers = { accept: 'text/event-stream', ...(last === undefined ? {} : { 'last-event-id': last }) }
    const response = await caller.open({ method: 'GET', path, headers }, broken.signal)
    if (response.status === noContent) yield 'over'
    for await (const event of eventsOf(response, watch.heard)) yield seenFact(event)
  } catch (error) {
    if (signal?.aborted) return
    if (error instanceof Fault) throw error
    throw new Fault('SERVER_UNREACHABLE', 'the stream of facts broke off and could not be taken up again', {
      cause: error,
    })
  } finally {
    watch.cancel()
    signal?.removeEventListener('abort', end)
    broken.abort()
  }
}

async function* eventsOf(response: Response, heard: () => void): AsyncGenerator<EventSourceMessage, void> {
  const events: EventSourceMessage[] = []
  const parser = createParser({ onEvent: (event) => events.push(event) })
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    heard()
    parser.feed(decoder.decode(chunk, { stream: true }))
    yield* events.splice(0)
    // Time that the caller took over what it was given is no silence of the server.
    heard()
  }
}

function seenFact({ id, data }: EventSourceMessage): SeenFact {
  const line = parseJson(data)
  if (!isJsonObject(line) || typeof line.type !== 'string')
    throw new Fault(
      'SERVER_FAILED',
      `the orchestrator streams something else than facts: ${data.slice(0, 120)}`,
    )
  return { id, line: line as FactLine }
}

/** Breaks a connection that stays open and brings nothing, as those to a machine that is gone do. */
function silenceWatch(clock: Clock, broken: AbortController) {
  let heardAtMs = clock.nowMs()
  const look = () => {
    const silentMs = clock.nowMs() - heardAtMs
    if (silentMs >= longestSilenceMs) return broken.abort()
    timer = clock.after(longestSilenceMs - Math.max(0, silentMs), look)
  }
  let timer = clock.after(longestSilenceMs, look)
  return {
    heard: () => {
      heardAtMs = clock.nowMs()
    },
    cancel: () => timer.cancel(),
  }
}
