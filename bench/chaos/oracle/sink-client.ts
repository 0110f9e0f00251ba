// How a loader reaches the fenced sink: one connection a process, answers in the order of the questions.

import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { SinkAnswer } from './fenced-sink.ts'
import type { Attempt } from './witness.ts'

interface Asked {
  readonly resolve: (answer: SinkAnswer) => void
  readonly reject: (error: Error) => void
}

export class SinkClient {
  readonly #socket: Socket
  readonly #asked: Asked[] = []

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1')
    this.#socket.unref()
    const lines = createInterface({ input: this.#socket })
    lines.on('line', (line) => {
      this.#asked.shift()?.resolve(line as SinkAnswer)
    })
    const gone = () => {
      for (const { reject } of this.#asked.splice(0)) reject(new Error('the sink is gone'))
    }
    for (const one of [this.#socket, lines]) one.on('error', gone)
    this.#socket.on('close', gone)
  }

  /** Rejects when the sink is gone. */
  apply({ runId, objectId, attempt }: Attempt): Promise<SinkAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) return reject(new Error('the sink is gone'))
      this.#asked.push({ resolve, reject })
      this.#socket.write(`${runId}/${objectId} ${attempt}\n`)
    })
  }
}
