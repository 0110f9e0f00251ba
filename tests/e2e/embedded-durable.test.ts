// The embedded house survives its process: kill -9 in mid-run, start again, and nothing that was loaded is loaded again.

import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { seededRandom } from '../../shared/base/random.ts'
import { CommandProcess, millefeuilleProcess } from '../support/command-process.ts'
import { HeldLoads } from '../support/held-loads.ts'
import { HouseProcess } from '../support/house-process.ts'
import { clientOf, factsOf } from '../support/real-house.ts'

/** 1001 and 1002 are loaded, then 2001 and 2002 are under way, and 3001 waits. */
const held = ['2001', '2002']

describe('a house in one process that is killed in mid-run', () => {
  let server: HeldLoads
  let folder: string
  let env: Record<string, string>

  beforeEach(async () => {
    server = new HeldLoads()
    await server.start()
    folder = mkdtempSync(join(tmpdir(), 'millefeuille-durable-'))
    env = { DATA_DIR: join(folder, 'data'), WORKER_LOADER: 'http' }
    for (const id of held) server.held.add(id)
  })
  afterEach(async () => {
    await server.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const definitions = () => [
    server.object(1001),
    server.object(1002),
    server.object(2001, [1001]),
    server.object(2002, [1001, 1002]),
    server.object(3001, [2001, 2002]),
  ]

  function fileOf(name: string, objects: readonly unknown[]): string {
    writeFileSync(join(folder, name), JSON.stringify(objects))
    return join(folder, name)
  }

  function house(own: Record<string, string> = {}): HouseProcess {
    const program = { name: 'the embedded house', file: 'tools/millefeuille.js', args: ['start'] }
    return new HouseProcess({
      ...program,
      env: { ...env, OBJECTS_PATH: fileOf('none.json', []), SCHEDULE_CATCH_UP: 'none', ...own },
    })
  }

  const areHeld = () => server.sees((calls) => held.every((id) => calls.some((call) => call.id === id)))

  /** All but the held ones once, and those once more. */
  const onceButHeld = ['1001#1', '1002#1', '2001#1', '2001#2', '2002#1', '2002#2', '3001#1']

  async function killedInMidRun(file: string): Promise<void> {
    const first = new CommandProcess(['run', file], env)
    await first.says('ready     2002')
    await areHeld()
    first.signal('SIGKILL')
    expect((await first.ended).code).toBeNull()
  }

  it('goes on with the same command, makes anew what was under way, and loads nothing twice', async () => {
    const file = fileOf('objects.json', definitions())
    await killedInMidRun(file)
    server.held.clear()
    const { code, out, err } = await millefeuilleProcess(['run', file], env)
    expect(code).toBe(0)
    expect(err).toMatch(
      /^run \S+ of .* UTC was cut off with 2 of 5 objects loaded: it goes on, and is followed/,
    )
    expect(out).toEqual([expect.stringMatching(/^run \S+ succeeded: 5 loaded/)])
    expect(server.begun()).toEqual(onceButHeld)
  })

  it('goes on with it beside another plan', async () => {
    await killedInMidRun(fileOf('objects.json', definitions()))
    server.held.clear()
    server.held.add('1009')
    const other = new CommandProcess(['run', fileOf('other.json', [server.object(1009)])], env)
    await other.says('it goes on beside this one')
    await server.sees((calls) => calls.some(({ id }) => id === '3001'))
    expect(server.begun()).toEqual([...onceButHeld, '1009#1'].sort())
    other.signal('SIGINT')
    expect((await other.ended).code).toBe(130)
  })

  it('goes on with it at `start`', async () => {
    await killedInMidRun(fileOf('objects.json', definitions()))
    server.held.clear()
    const second = house()
    try {
      await second.start()
      const client = clientOf(second)
      const { runs } = await client.listRuns()
      expect(runs).toHaveLength(1)
      const facts = await factsOf(client, runs[0]?.run_id ?? '')
      expect(facts.at(-1)).toMatchObject({ state: 'succeeded', counts: { loaded: 5 } })
      expect(server.begun()).toEqual(onceButHeld)
    } finally {
      await second.close()
    }
  })

  it('leaves what Ctrl-C cancelled, and a rerun at `start` loads what was given up', async () => {
    const args = ['run', fileOf('objects.json', definitions()), '--run-id', 'r']
    const first = new CommandProcess(args, env)
    await first.says('ready     2002')
    await areHeld()
    first.signal('SIGINT')
    const { code, err } = await first.ended
    expect([code, err]).toEqual([130, expect.stringContaining('millefeuille rerun r --failed')])
    server.held.clear()
    server.calls.length = 0
    expect((await millefeuilleProcess(args, env)).code).toBe(3)
    const second = house()
    try {
      await second.start()
      const rerun = ['rerun', 'r', '--failed', '--follow', '--server', second.url]
      const { code, out } = await millefeuilleProcess(rerun, env)
      expect([code, out.at(-1)]).toEqual([0, expect.stringContaining('3 loaded, 2 reused')])
      expect(server.begun()).toEqual(['2001#1', '2002#1', '3001#1'])
    } finally {
      await second.close()
    }
  })

  it('opens nothing anew at `start` that was opened, whether it was killed or told to end', async () => {
    const lives = house({ OBJECTS_PATH: fileOf('objects.json', definitions()), DRAIN_SECONDS: '0' })
    try {
      for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
        lives.spawn()
        await areHeld()
        server.calls.length = 0
        await lives.kill(signal)
      }
      server.held.clear()
      await lives.start()
      const client = clientOf(lives)
      const { runs } = await client.listRuns()
      expect(runs).toHaveLength(1)
      const facts = await factsOf(client, runs[0]?.run_id ?? '')
      expect(facts.at(-1)).toMatchObject({ state: 'succeeded', counts: { loaded: 5 } })
      expect(server.begun()).toEqual(['2001#3', '2002#3', '3001#1'])
    } finally {
      await lives.close()
    }
  })

  it('keeps a second process away, tells it whose the folder is, and minds no lock of the dead', async () => {
    const file = fileOf('objects.json', definitions())
    const owner = new CommandProcess(['run', file], env)
    await owner.says('ready     2002')
    for (const args of [['run', file], ['start']]) {
      const { code, out, err } = await millefeuilleProcess(args, { ...env, PORT: '0' })
      expect([code, out]).toEqual([5, []])
      expect(err).toContain(`DATA_IN_USE: the data folder ${env.DATA_DIR} belongs to process ${owner.pid}, `)
    }
    expect((await millefeuilleProcess(['plan', file], env)).code).toBe(0)
    owner.signal('SIGKILL')
    await owner.ended
    server.held.clear()
    expect((await millefeuilleProcess(['run', file], env)).code).toBe(0)
  })

  it('ends as it would have after ten kills at any moment, and each attempt is made once', async () => {
    const random = seededRandom(7)
    const objects = Array.from({ length: 300 }, (_, index) =>
      index < 100
        ? server.object(1000 + index)
        : server.object(index < 200 ? 2000 + index : 3000 + index, [
            index < 200 ? 900 + index : 1900 + index,
          ]),
    )
    const file = fileOf('many.json', objects)
    server.held.clear()
    for (let kill = 0; kill < 10; kill++) {
      const life = new CommandProcess(['run', file], { ...env, MAX_WORKERS: '3' })
      const more = server.calls.length + Math.floor(random() * 30)
      await Promise.race([server.sees((calls) => calls.length > more), life.ended])
      life.signal('SIGKILL')
      await life.ended
    }
    const { code, out } = await millefeuilleProcess(['run', file, '--json'], env)
    expect(code).toBe(0)
    const facts = out.slice(1).map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(facts.at(-1)).toMatchObject({ state: 'succeeded', counts: { loaded: 300, failed: 0 } })
    const begun = server.begun()
    expect(new Set(begun).size).toBe(begun.length)
    const given = (type: string) => facts.filter((fact) => fact.type === type)
    const known = given('object-ready').map(({ object_id, attempt }) => `${object_id}#${attempt}`)
    expect(begun.filter((attempt) => !known.includes(attempt))).toEqual([])
    // Every attempt but the last of each object was under way at a kill.
    expect(known).toHaveLength(300 + given('object-retry-scheduled').length)
    for (const { given_up } of given('object-retry-scheduled')) expect(given_up).toBe('not-begun')
  })

  it('keeps nothing with --ephemeral, and a folder for its own eyes without', async () => {
    const file = fileOf('objects.json', [server.object(1001)])
    const ephemeral = await millefeuilleProcess(['run', file, '--ephemeral'], { WORKER_LOADER: 'http' })
    expect([ephemeral.code, ephemeral.left]).toEqual([0, []])
    const durable = await millefeuilleProcess(['run', file], { WORKER_LOADER: 'http' })
    expect([durable.code, durable.left]).toEqual([0, ['.millefeuille']])
    const started = new CommandProcess(['start', '--ephemeral'], { ...env, PORT: '0', LOG_LEVEL: 'info' })
    await started.says('nowhere: all is gone when it ends')
    await started.says('"run opened"')
    started.signal('SIGTERM')
    expect(await started.ended).toMatchObject({ code: 0, left: [] })
    expect(existsSync(join(folder, 'data'))).toBe(false)
  })
})
