// An HTTP server under the start/stop contract: the one place where fastify is made and listens.

import type { AddressInfo, Socket } from 'node:net'
import { type FastifyInstance, type FastifyServerOptions, fastify } from 'fastify'
import { assert } from '../base/assert.ts'
import { Fault, messageOf } from '../base/fault.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import { OneAtATime } from '../service/one-at-a-time.ts'
import type { Service } from '../service/service.ts'

export interface HttpServiceOptions {
  readonly name: string
  readonly host: string
  /** 0 takes any free port; `port` says which one it was. */
  readonly port: number
  /** The variables behind host and port, for the message when they cannot be had. */
  readonly variables: { readonly host: string; readonly port: string }
  readonly clock: Clock
  readonly logger: Logger
  /** Bodies above this many bytes are answered with 413; default 1 MiB. */
  readonly bodyLimitBytes?: number
  /** What else fastify is told when it is made. */
  readonly server?: Pick<
    FastifyServerOptions,
    'ajv' | 'routerOptions' | 'return503OnClosing' | 'frameworkErrors'
  >
  /** Adds routes, hooks and plugins. Called at each start, with a server that is new. */
  readonly build: (server: FastifyInstance) => Promise<void> | void
  /** How long a stop waits for open requests before it cuts them off; default 5 seconds. */
  readonly drainMs?: number
}

/**
 * `start` rejects with CONFIG_INVALID, naming the variable, when the address cannot be listened on. `stop`
 * takes no more requests, lets open ones end for `drainMs`, and closes idle connections at once.
 */
export class HttpService implements Service {
  readonly name: string
  readonly #options: HttpServiceOptions
  readonly #turns = new OneAtATime()
  #server: FastifyInstance | undefined
  #unused = new Set<Socket>()

  constructor(options: HttpServiceOptions) {
    this.name = options.name
    this.#options = options
  }

  start(): Promise<void> {
    return this.#turns.run(() => this.#start())
  }

  stop(): Promise<void> {
    return this.#turns.run(() => this.#stop())
  }

  /** The port listened on. Only while started. */
  get port(): number {
    assert(this.#server !== undefined, `${this.name} is not started`)
    return (this.#server.server.address() as AddressInfo).port
  }

  /** Where it listens, as a URL without a path. Only while started. */
  get url(): string {
    const { host } = this.#options
    return `http://${host.includes(':') ? `[${host}]` : host}:${this.port}`
  }

  async #start(): Promise<void> {
    if (this.#server !== undefined) return
    const { host, port, bodyLimitBytes } = this.#options
    const server = fastify({
      ...this.#options.server,
      bodyLimit: bodyLimitBytes ?? 2 ** 20,
      forceCloseConnections: 'idle',
    })
    this.#unused = unusedConnections(server)
    try {
      await this.#options.build(server)
      await server.listen({ host, port })
    } catch (error) {
      await server.close()
      throw listenFault(error, this.#options)
    }
    this.#server = server
    this.#options.logger.info(`${this.name} listens`, { url: this.url })
  }

  async #stop(): Promise<void> {
    const server = this.#server
    if (server === undefined) return
    this.#server = undefined
    const { clock, drainMs } = this.#options
    const cut = clock.after(drainMs ?? 5_000, () => server.server.closeAllConnections())
    const closed = server.close()
    for (const socket of this.#unused) socket.destroy()
    await closed.finally(() => cut.cancel())
  }
}

/** Connections without a request so far, which browsers and connection pools open ahead: Node does not count them as idle. */
function unusedConnections({ server }: FastifyInstance): Set<Socket> {
  const unused = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    unused.add(socket)
    socket.once('close', () => unused.delete(socket))
  })
  server.on('request', ({ socket }) => unused.delete(socket))
  return unused
}

function listenFault(error: unknown, options: HttpServiceOptions): unknown {
  const { host, port, variables } = options
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  const blame = (variable: string, value: string | number, reason: string) =>
    new Fault('CONFIG_INVALID', `${variable}=${value}: ${reason}`, {
      cause: error,
      detail: { variable, value },
    })
  if (code === 'EADDRINUSE')
    return blame(variables.port, port, 'another process listens on this port; choose a free one')
  if (code === 'EACCES')
    return blame(variables.port, port, 'this port needs privileges; choose one above 1023')
  const noHost = ['EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'EINVAL'].includes(String(code))
  return noHost ? blame(variables.host, host, `no address of this machine (${messageOf(error)})`) : error
}
