// rerun against the real API, over HTTP: the exact set, why each object is in it, and the run that is opened.

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { type ApiHouse, apiHouse } from '../../support/api-house.ts'
import { askHouse, openRunIn } from '../../support/command-house.ts'
import type { CommandSurroundings } from '../../support/command-line.ts'

let house: ApiHouse
beforeEach(async () => {
  house = await apiHouse()
})
afterEach(() => house.stop())

const ask = (args: readonly string[], surroundings?: CommandSurroundings) =>
  askHouse(house, args, surroundings)
const openRun = (runId: string) => openRunIn(house, runId)

describe('rerun', () => {
  beforeEach(async () => {
    await openRun('r')
    await house.loaded('r', '1002')
    await house.failed('r', '1001')
  })

  it('prints the exact set first, and opens nothing when it is dry', async () => {
    const { code, out } = await ask(['rerun', 'r', '--failed', '--with-downstream', '--dry-run'])
    expect(code).toBe(0)
    expect(out.split('\n').map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['LOAD AGAIN', 'NAME', 'WAS', 'WHY'],
      ['1001', 'failed', 'failed'],
      ['2001', 'blocked', 'below 1001'],
      ['2 to be loaded again, 0 reused'],
    ])
    expect((await ask(['status'])).out).not.toContain('run-')
    const printed = (await ask(['rerun', 'r', '--failed', '--run-id', 'again', '--dry-run', '--json'])).json()
    expect(printed).toEqual({
      format: 'millefeuille/rerun@1',
      ...{ rerun_of: 'r', opened: false, reused: 0 },
      objects: [{ id: '1001', name: null, was: 'failed', reason: 'failed', of: null }],
    })
  })

  it('says of a run that goes on that more may fail, also when it is paused, and opens it all the same', async () => {
    const goesOn = 'run going still goes on: this is what failed in it so far, and more may fail'
    const rerun = ['rerun', 'going', '--failed']
    await openRun('going')
    expect(await ask([...rerun, '--dry-run'])).toMatchObject({
      err: goesOn,
      out: expect.stringContaining('nothing failed'),
    })
    await house.failed('going', '1001')
    await ask(['pause', 'going'])
    for (const more of [['--dry-run'], ['--dry-run', '--json'], ['--run-id', 'again']])
      expect(await ask([...rerun, ...more])).toMatchObject({ code: 0, err: goesOn })
    expect((await ask(['status', 'again'])).code).toBe(0)
    expect((await ask(['rerun', 'going', '--object', '1001', '--dry-run'])).err).toBe('')
    await ask(['cancel', 'going'])
    expect((await ask([...rerun, '--dry-run'])).err).toBe('')
  })

  it('says why each object of the set is in it', async () => {
    const { out } = await ask(['rerun', 'r', '--object', '2001', '--dry-run'])
    expect(out.split('\n').map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['LOAD AGAIN', 'NAME', 'WAS', 'WHY'],
      ['1001', 'failed', 'needed by 2001'],
      ['2001', 'blocked', 'asked for'],
      ['2 to be loaded again, 0 reused'],
    ])
    await openRun('other')
    await ask(['cancel', 'other'])
    expect((await ask(['rerun', 'other', '--failed', '--dry-run'])).out).toMatch(
      /2001 +cancelled +given up\n/,
    )
  })

  it('has nothing to do where nothing failed, and ends with 0', async () => {
    await openRun('good')
    await house.loaded('good', '1001', '1002', '2001')
    for (const more of [[], ['--dry-run'], ['--follow'], ['--run-id', 'again']]) {
      const { code, out } = await ask(['rerun', 'good', '--failed', ...more])
      expect([code, out]).toEqual([0, 'nothing failed in run good: there is nothing to run again'])
    }
    const { code, json } = await ask(['rerun', 'good', '--failed', '--json'])
    const nothing = { rerun_of: 'good', opened: false, objects: [], reused: 0 }
    expect([code, json()]).toEqual([0, { format: 'millefeuille/rerun@1', ...nothing }])
  })

  it('says so when somebody mends in between what had failed', async () => {
    const was = { id: '1001', name: null, was: 'failed', reason: 'failed', of: null }
    const sets: unknown[][] = [[was], []]
    const server = createServer(({ method }, response) => {
      if (method === 'GET') return void response.end('{"run_id":"r","state":"failed"}')
      response.end(JSON.stringify({ rerun_of: 'r', opened: false, objects: sets.shift(), reused: 0 }))
    })
    onTestFinished(() => void server.close())
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const { code, out } = await ask(['rerun', 'r', '--failed', '--follow', '--server', url])
    expect([code, out.split('\n').at(-1)]).toEqual([
      0,
      'nothing failed in run r: there is nothing to run again',
    ])
  })

  it('of an object that nobody knows ends as retry and skip do', async () => {
    const ends = [
      ['rerun', 'r', '--object', '77'],
      ['retry', 'r', '77'],
      ['skip', 'r', '77'],
    ].map((args) => ask(args))
    for (const { code, err } of await Promise.all(ends))
      expect([code, err]).toEqual([2, 'error OBJECT_UNKNOWN: run r has no object 77'])
  })

  it('hints at blanks when ids with commas between them are no object', async () => {
    const { code, err } = await ask(['rerun', 'r', '--object', '1001,1002'])
    expect([code, err]).toEqual([
      2,
      'error OBJECT_UNKNOWN: run r has no object 1001,1002; several ids are separated by blanks: --object 1001 1002',
    ])
  })

  it('opens the run of that set and follows it', async () => {
    const following = ask(['rerun', 'r', '--failed', '--run-id', 'again', '--follow', '-m', 'mended'])
    await expect.poll(async () => (await house.send('GET', '/api/v1/runs/again')).status).toBe(200)
    await house.loaded('again', '1001')
    const { code, out } = await following
    expect(code).toBe(0)
    expect(out).toContain('run again is open, a rerun of r')
    expect(out).toContain('run again succeeded: 1 loaded')
    expect((await ask(['status', 'again'])).out).toMatch(/^rerun of {2}r by \S+: mended$/m)
    expect((await ask(['status', 'again', '--json'])).json()).toMatchObject({
      run: { rerun_of: 'r', rerun_by: expect.any(String), rerun_reason: 'mended' },
    })
  })

  it('under the id of another run lists nothing, loads nothing and follows nothing', async () => {
    await openRun('other')
    const { code, out, err } = await ask(['rerun', 'r', '--failed', '--run-id', 'other', '--follow'])
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(
      "error RUN_EXISTS: --run-id names run 'other', which was opened before and is no rerun;",
    )
  })

  it('asked for again under its id is open already', async () => {
    const args = ['rerun', 'r', '--failed', '--run-id', 'again']
    await ask(args)
    const { code, out } = await ask(args)
    expect([code, out.split('\n').at(-1)]).toEqual([
      0,
      'run again is open already, a rerun of r and of this very set: nothing was opened',
    ])
  })

  it('without a choice is wrong usage', async () => {
    const { code, err } = await ask(['rerun', 'r'])
    expect([code, err]).toEqual([
      2,
      expect.stringContaining('say what is run again: --failed, or --object ID'),
    ])
  })
})
