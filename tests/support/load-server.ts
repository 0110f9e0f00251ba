// A service that objects with a URL are loaded from: slow, sometimes failing, and it counts.

import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export class LoadServer {
  readonly #server: Server
  readonly #slowMs: number
  readonly #loads = new Map<string, number>()
  readonly #failing = new Map<string, number>()
  readonly #called = new Map<string, () => void>()

  /** Each answer takes `slowMs`. */
  constructor(slowMs: number) {
    this.#slowMs = slowMs
    this.#server = createServer((request, response) => {
      const path = request.url ?? ''
      const call = this.loadsOf(path) + 1
      this.#loads.set(path, call)
      this.#called.get(path)?.()
      const isFailing = call <= (this.#failing.get(path) ?? 0)
      setTimeout(() => {
        if (isFailing) return response.writeHead(503).end('later')
        return response.setHeader('content-type', 'application/json').end(JSON.stringify({ call }))
      }, this.#slowMs)
    })
  }

  async start(): Promise<void> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  /** Where `path` is loaded from. */
  urlOf(path: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`
  }

  loadsOf(path: string): number {
    return this.#loads.get(path) ?? 0
  }

  /** The first `times` calls of `path` fail with 503. */
  failFirst(path: string, times: number): void {
    this.#failing.set(path, times)
  }

  /** Resolves when `path` is called next. */
  called(path: string): Promise<void> {
    return new Promise((resolve) => this.#called.set(path, resolve))
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
