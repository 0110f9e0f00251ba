// Where loads have their effects: takes an effect only of an attempt that is not older than the newest it saw, and each once.

import { createServer, type Server, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

/** `old`: a newer attempt was here. `repeated`: this very attempt was. Neither has an effect. */
export type SinkAnswer = 'applied' | 'repeated' | 'old'

/** Run, object and attempt of each effect that was applied, in order. */
export interface Effect {
  readonly object: string
  readonly attempt: number
}

/** Behind a port of the loopback: a line `<run>/<object> <attempt>` is answered with a line, in order. */
export class FencedSink {
  readonly effects: Effect[] = []
  readonly answers: Record<SinkAnswer, number> = { applied: 0, repeated: 0, old: 0 }
  readonly #newest = new Map<string, number>()
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  constructor() {
    this.#server = createServer((socket) => this.#serve(socket))
  }

  /** Resolves with the port it listens on. */
  listen(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(0, '127.0.0.1', () => {
        const address = this.#server.address()
        if (address !== null && typeof address === 'object') resolve(address.port)
      })
    })
  }

  apply(object: string, attempt: number): SinkAnswer {
    const newest = this.#newest.get(object) ?? 0
    const answer = attempt > newest ? 'applied' : attempt === newest ? 'repeated' : 'old'
    this.answers[answer]++
    if (answer !== 'applied') return answer
    this.#newest.set(object, attempt)
    this.effects.push({ object, attempt })
    return answer
  }

  /** The attempt whose effect stands. */
  standing(object: string): number | undefined {
    return this.#newest.get(object)
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    const lines = createInterface({ input: socket })
    // A worker that is killed leaves without a word; the reader of lines says so once more.
    for (const one of [socket, lines]) one.on('error', () => socket.destroy())
    lines.on('line', (line) => {
      const [object = '', attempt] = line.split(' ')
      socket.write(`${this.apply(object, Number(attempt))}\n`)
    })
  }
}
