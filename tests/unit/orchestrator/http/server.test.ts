// The API server starts and stops as every service does, and leaves in good order.

import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type ApiHouse, apiHouse } from '../../../support/api-house.ts'
import { serviceStorm } from '../../../support/service-storm.ts'

// A start compiles every schema, and there are hundreds of them.
vi.setConfig({ testTimeout: 60_000 })

serviceStorm('the API server', async () => {
  const { server } = await apiHouse()
  await server.stop()
  const isRunning = async () => {
    try {
      return (await fetch(`${server.url}/health/liveness`)).ok
    } catch {
      return false
    }
  }
  return { service: server, isRunning }
})

describe('an API server that stops', () => {
  let house: ApiHouse
  afterEach(() => house.stop())

  it('finishes what is under way, and answers 503 to what still comes on a kept connection', async () => {
    let asked = false
    let finish = () => {}
    const listed = new Promise<readonly []>((resolve) => {
      finish = () => resolve([])
    })
    const list = () => {
      asked = true
      return listed
    }
    house = await apiHouse({ store: { list, read: async () => undefined, summary: async () => undefined } })
    const { port } = house.server
    const socket = connect(port, '127.0.0.1')
    const get = (path: string) => socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    get('/api/v1/runs')
    await expect.poll(() => asked).toBe(true)
    const stopped = house.server.stop()
    await expect.poll(() => isReached(port)).toBe(false)
    get('/api/v1/schedule')
    finish()
    let text = ''
    for await (const chunk of socket) text += chunk
    const [first, second] = text.split(/(?=HTTP\/1\.1 503)/)
    expect(first).toContain('HTTP/1.1 200 OK')
    expect(second).toContain('application/problem+json')
    expect(second).toContain('"code":"SHUTTING_DOWN"')
    expect(second?.toLowerCase()).toContain('connection: close')
    expect(second?.toLowerCase()).toContain('retry-after: ')
    await stopped
  })

  it('does not wait for a connection that was opened ahead and never used', async () => {
    house = await apiHouse()
    const socket = connect(house.server.port, '127.0.0.1')
    await once(socket, 'connect')
    // Behind it in the line: when this one is answered, the server has taken the other.
    await house.send('GET', '/health/liveness')
    await house.server.stop()
    expect((await once(socket, 'close'))[0]).toBe(false)
  })

  it('cuts off after its time what does not end', async () => {
    let asked = false
    const list = () => {
      asked = true
      return new Promise<never>(() => {})
    }
    house = await apiHouse({
      store: { list, read: async () => undefined, summary: async () => undefined },
      drainMs: 1_000,
    })
    const answer = house.send('GET', '/api/v1/runs').catch(() => 'cut off')
    await expect.poll(() => asked).toBe(true)
    let isStopped = false
    const stopped = house.server.stop().then(() => {
      isStopped = true
    })
    await house.clock.advance(999)
    expect(isStopped).toBe(false)
    await house.clock.advance(1)
    await stopped
    expect(await answer).toBe('cut off')
  })
})

async function isReached(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
