// A follower whose orchestrator goes away: what is said of the run, and with which code the command ends.

import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { VirtualClock } from '../../../shared/adapters/memory/virtual-clock.ts'
import { millefeuille } from '../../support/command-line.ts'

const fact = (type: string) => `data: ${JSON.stringify({ type, at_ms: 0, run_id: 'r', objects: 1 })}\n\n`

/** Answers the opening of a run and the list of its objects, says `facts` and dies; then nobody is there. */
async function dyingOrchestrator(facts: string): Promise<string> {
  const server: Server = createServer((request, response) => {
    if (request.method === 'POST') return void response.end('{"run_id":"r","opened":true,"objects":1}')
    if (request.url?.includes('/objects'))
      return void response.end('{"objects":[],"total":0,"next_after":null}')
    response.write(facts, () => {
      server.close()
      server.closeAllConnections()
    })
  })
  onTestFinished(() => void server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Lets the tries of the follower pass, second by second. */
async function ended(args: readonly string[], stdin = '') {
  const clock = new VirtualClock()
  let isDone = false
  const end = millefeuille(args, { clock, stdin }).finally(() => {
    isDone = true
  })
  const passed = async () => {
    await clock.advance(1_000)
    return isDone
  }
  await expect.poll(passed, { interval: 1, timeout: 15_000 }).toBe(true)
  return end
}

const goesOn =
  'the run goes on without this command, at another replica or when its own is back. Look again: millefeuille status r --follow, with --server URL at another replica'

describe('a follower that loses the orchestrator', () => {
  it.each([
    ['run', ['run', '-', '--server']],
    ['run --json', ['run', '-', '--json', '--server']],
    ['status', ['status', 'r', '--follow', '--server']],
    ['status --json', ['status', 'r', '--follow', '--json', '--server']],
  ])('says in %s that the run goes on and how to follow it again, and ends with 5', async (_, args) => {
    const url = await dyingOrchestrator(fact('run-opened'))
    const { code, err } = await ended([...args, url], '[{"id": 7, "zone": "1-Raw"}]')
    const last = err.split('\n').at(-1) ?? ''
    expect(code).toBe(5)
    expect(last).toContain(`error SERVER_UNREACHABLE: lost the orchestrator at ${url}: `)
    expect(last).toContain(`; ${goesOn}`)
    expect(last).not.toContain('millefeuille start')
  })

  it('says nothing of the kind of a run that nobody has seen, or that ended', async () => {
    for (const facts of ['', fact('run-ended')]) {
      const url = await dyingOrchestrator(facts)
      const { code, err } = await ended(['status', 'r', '--follow', '--json', '--server', url])
      expect([code, err.includes('goes on')]).toEqual([5, false])
    }
  })
})
