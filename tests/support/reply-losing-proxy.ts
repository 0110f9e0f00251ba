// A TCP proxy that can lose a reply: the server has done the work and the client never hears of it.

import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

export class ReplyLosingProxy {
  readonly #target: { readonly host: string; readonly port: number }
  readonly #sockets = new Set<Socket>()
  readonly #server: Server
  #repliesToLose = 0
  #lost = 0

  /** `target` is the URL of the server behind it. */
  constructor(target: string) {
    const { hostname, port } = new URL(target)
    this.#target = { host: hostname, port: Number(port) }
    this.#server = createServer((client) => this.#join(client))
  }

  /** Replies lost so far. */
  get lost(): number {
    return this.#lost
  }

  /** Resolves to the address that clients connect to, as a Redis URL. */
  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Cuts the connection instead of passing the next reply on. */
  loseNextReply(): void {
    this.#repliesToLose = 1
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #join(client: Socket): void {
    const server = connect(this.#target)
    const cut = () => {
      client.destroy()
      server.destroy()
    }
    for (const socket of [client, server]) {
      this.#sockets.add(socket)
      socket.on('error', cut)
      socket.on('close', () => {
        this.#sockets.delete(socket)
        cut()
      })
    }
    client.on('data', (data) => server.write(data))
    server.on('data', (data) => {
      if (this.#repliesToLose === 0) {
        client.write(data)
        return
      }
      this.#repliesToLose -= 1
      this.#lost += 1
      cut()
    })
  }
}
