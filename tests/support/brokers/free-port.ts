// A TCP port that nobody listens on, and that no outgoing connection takes by chance.

import { createServer } from 'node:net'

/**
 * A free port below the range from which systems take the ports of outgoing connections (Linux: 32768 and
 * up). There, while a killed broker is away, a client that reconnects could be given the broker's own port
 * and talk to itself.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
