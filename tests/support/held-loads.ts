// A service that objects are loaded from: it sees every attempt from outside the house, and answers when the test wants.

import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JsonObject } from '../../shared/base/json.ts'

/** One call of a loader. */
export interface LoadCall {
  readonly id: string
  readonly attempt: string
  /** Undefined until it was answered; a caller that is gone by then never is. */
  ended: boolean
}

export class HeldLoads {
  readonly calls: LoadCall[] = []
  /** Objects whose calls are not answered. */
  readonly held = new Set<string>()
  readonly #server: Server
  readonly #waiting = new Set<() => void>()

  constructor() {
    this.#server = createServer((request, response) => {
      const id = (request.url ?? '').slice(1)
      const attempt = String(request.headers['idempotency-key']).split('/').at(-1) ?? ''
      const call: LoadCall = { id, attempt, ended: false }
      this.calls.push(call)
      for (const look of [...this.#waiting]) look()
      if (this.held.has(id)) return
      response.once('finish', () => {
        call.ended = true
      })
      response.setHeader('connection', 'close').end('ok')
    })
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  /** A definition that is loaded here. */
  object(id: number, parents: readonly number[] = []): JsonObject {
    const { port } = this.#server.address() as AddressInfo
    return { id, parents, url: `http://127.0.0.1:${port}/${id}` }
  }

  /** Resolves once `isSeen` says yes of the calls. */
  sees(isSeen: (calls: readonly LoadCall[]) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!isSeen(this.calls)) return
        this.#waiting.delete(look)
        resolve()
      }
      this.#waiting.add(look)
      look()
    })
  }

  /** The attempts that were begun, as `1001#1`, sorted. */
  begun(): readonly string[] {
    return this.calls.map(({ id, attempt }) => `${id}#${attempt}`).sort()
  }
}
