// A container of a test's own that can be killed, frozen, and started again with what it had.

import { type GenericContainer, getContainerRuntimeClient } from 'testcontainers'
import { untilAnswers } from './readiness.ts'

/** A container that does not come as wished is not waited for for ever. */
const longestMs = 120_000

export class OwnContainer {
  readonly #wish: () => GenericContainer
  readonly #ask: () => Promise<void>
  #id: string | undefined

  /** `wish` names the port outside too, so that it is the same over every start; `ask` resolves when it answers. */
  constructor(wish: () => GenericContainer, ask: () => Promise<void>) {
    this.#wish = wish
    this.#ask = ask
  }

  /** Makes it, or starts it again with the data it had; resolves when it answers. */
  async start(): Promise<void> {
    if (this.#id === undefined) this.#id = (await this.#wish().start()).getId()
    else await (await this.#container()).start()
    await untilAnswers('a container does not answer', this.#ask, { withinMs: longestMs })
  }

  /** SIGSTOP to all that runs in it, SIGCONT: it goes on. */
  async signal(signal: 'SIGSTOP' | 'SIGCONT'): Promise<void> {
    const container = await this.#container()
    await (signal === 'SIGSTOP' ? container.pause() : container.unpause())
  }

  /** kill -9; the data stay. Resolves when nothing runs in it any more. */
  async kill(): Promise<void> {
    const container = await this.#container()
    const ended = container.wait({ condition: 'not-running' })
    await container.kill({ signal: 'SIGKILL' })
    await ended
  }

  /** Removes it with its data. Safe to call twice. */
  async stop(): Promise<void> {
    if (this.#id === undefined) return
    const container = await this.#container()
    this.#id = undefined
    await container.remove({ force: true, v: true })
  }

  async #container() {
    if (this.#id === undefined) throw new Error('start this container first')
    return (await getContainerRuntimeClient()).container.getById(this.#id)
  }
}
