// The open streams of facts: each as fast as its client reads, alive while nothing happens, gone when its client is.

import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import { factsFormat } from '../../shared/api/run-resource.ts'
import { Fault, messageOf } from '../../shared/base/fault.ts'
import type { Clock, Timer } from '../../shared/ports/clock.ts'
import type { Logger } from '../../shared/ports/logger.ts'
import type { FeedItem, FeedPlace, RunFeed } from '../services/run-feed.ts'
import { factLine } from './fact-line.ts'
import { ok } from './problem.ts'

export interface StreamRequest {
  readonly runId: string
  /** Undefined: from the beginning. */
  readonly after: FeedPlace | undefined
  /** Server-sent events, or one fact a line (NDJSON). */
  readonly format: 'events' | 'lines'
}

interface Format {
  readonly mediaType: string
  readonly opening: string
  /** What shows that the stream lives; undefined: the format has no way to say so. */
  readonly heartbeat: string | undefined
  readonly print: (runId: string, item: FeedItem) => string
}

/** Below the 30 to 60 seconds after which proxies usually cut what is silent. */
const heartbeatMs = 15_000
/** A client that takes nothing for this long is cut off: it comes back where it was. */
const longestStallMs = 60_000
/** Each holds a connection and looks at the store by itself. */
export const mostStreams = 500
/** When a browser comes back after a broken stream. */
const comeBackMs = 1_000

const formats: Readonly<Record<StreamRequest['format'], Format>> = {
  events: {
    mediaType: 'text/event-stream; charset=utf-8',
    opening: `retry: ${comeBackMs}\n\n`,
    heartbeat: ':\n\n',
    print: (runId, item) =>
      `id: ${item.version}.${item.index}\nevent: ${item.fact.type}\ndata: ${printed(runId, item)}\n\n`,
  },
  lines: {
    mediaType: 'application/x-ndjson; charset=utf-8',
    opening: `${JSON.stringify({ format: factsFormat })}\n`,
    heartbeat: undefined,
    print: (runId, item) => `${printed(runId, item)}\n`,
  },
}

export interface FactStreamsParts {
  readonly feed: Pick<RunFeed, 'follow'>
  readonly clock: Clock
  readonly logger: Logger
}

export class FactStreams {
  readonly #parts: FactStreamsParts
  readonly #open = new Set<AbortController>()

  constructor(parts: FactStreamsParts) {
    this.#parts = parts
  }

  /** How many clients follow. */
  get size(): number {
    return this.#open.size
  }

  /**
   * Takes the connection over. The answer ends behind `run-ended`; when it must end before (the store is
   * away, the client does not read, the server stops) it is cut off, so that no client takes it for whole.
   * Throws TOO_MANY_STREAMS, and then the connection is still its caller's.
   */
  serve(request: StreamRequest, reply: FastifyReply): void {
    if (this.#open.size >= mostStreams)
      throw new Fault(
        'TOO_MANY_STREAMS',
        `this orchestrator already has ${mostStreams} streams of facts open`,
      )
    reply.hijack()
    const response = reply.raw
    const gone = new AbortController()
    this.#open.add(gone)
    response.once('close', () => gone.abort())
    response.on('error', () => gone.abort())
    if (response.destroyed) gone.abort()
    response.writeHead(ok, headersOf(formats[request.format], reply))
    void this.#stream(request, response, gone.signal)
      .catch((error: unknown) => this.#broken(request, error))
      .finally(() => {
        this.#open.delete(gone)
        if (!response.writableEnded) response.destroy()
      })
  }

  /** Whether there is a fact behind `after` already; asked of runs that have ended, as others may still say one. */
  async hasMore(runId: string, after: FeedPlace): Promise<boolean> {
    const facts = this.#parts.feed.follow(runId, after, new AbortController().signal)
    const { done } = await facts.next()
    await facts.return()
    return done !== true
  }

  /** Cuts off every stream. */
  stop(): void {
    for (const gone of this.#open) gone.abort()
  }

  async #stream(request: StreamRequest, response: ServerResponse, signal: AbortSignal): Promise<void> {
    const { runId, after } = request
    const { opening, heartbeat, print } = formats[request.format]
    response.write(opening)
    const beats = heartbeat === undefined ? undefined : this.#beat(response, heartbeat)
    try {
      for await (const item of this.#parts.feed.follow(runId, after, signal)) {
        const hasRoom = response.write(print(runId, item))
        if (!hasRoom) await this.#drained(response, signal)
        if (signal.aborted) return
      }
      // The feed ends without the fact for who has seen it already.
      if (!signal.aborted) response.end()
    } finally {
      beats?.cancel()
    }
  }

  #beat(response: ServerResponse, heartbeat: string): Timer {
    let timer: Timer
    const beat = () => {
      if (!response.writableNeedDrain) response.write(heartbeat)
      timer = this.#parts.clock.after(heartbeatMs, beat)
    }
    timer = this.#parts.clock.after(heartbeatMs, beat)
    return { cancel: () => timer.cancel() }
  }

  /** Resolves when the client has read on, or the stream is over. */
  #drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = this.#parts.clock.after(longestStallMs, () => response.destroy())
      const wake = () => {
        timer.cancel()
        response.removeListener('drain', wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      response.on('drain', wake)
      signal.addEventListener('abort', wake)
    })
  }

  #broken({ runId }: StreamRequest, error: unknown): void {
    this.#parts.logger.warn('a stream of facts broke off', { run_id: runId, error: messageOf(error) })
  }
}

function printed(runId: string, item: FeedItem): string {
  return JSON.stringify(factLine(runId, item))
}

/** Those that hooks have set, and those that keep what is between from storing or gathering the stream. */
function headersOf(format: Format, reply: FastifyReply): Record<string, string> {
  return {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': format.mediaType,
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
  }
}
