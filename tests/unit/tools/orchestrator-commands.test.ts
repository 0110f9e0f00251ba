// status, cancel, trigger and schedule next against the real API, over HTTP.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { InterruptCause } from '../../../tools/process-interrupts.ts'
import { type ApiHouse, apiHouse } from '../../support/api-house.ts'
import { askHouse, objects, openRunIn } from '../../support/command-house.ts'
import { type CommandSurroundings, filesOf, millefeuille } from '../../support/command-line.ts'

let house: ApiHouse
beforeEach(async () => {
  house = await apiHouse()
})
afterEach(() => house.stop())

const ask = (args: readonly string[], surroundings?: CommandSurroundings) =>
  askHouse(house, args, surroundings)
const openRun = (runId: string) => openRunIn(house, runId)

describe('status of a run that ended early', () => {
  it('says who cancelled it and why, as do why and who follows it', async () => {
    await openRun('r')
    await house.send('DELETE', '/api/v1/runs/r?reason=wrong%20prices&by=ada')
    expect((await ask(['status', 'r'])).out).toContain('\nbecause   cancelled by ada: wrong prices\nstate ')
    expect((await ask(['why', '1001', '--run', 'r'])).out).toContain('cancelled by ada: wrong prices\n')
    expect((await ask(['status', 'r', '-f'])).out).toContain('run r cancelled (by ada: wrong prices): ')
    const run = { ended_by: 'ada', end_reason: 'wrong prices' }
    expect((await ask(['status', 'r', '--json'])).json()).toMatchObject({ run })
  })

  it('says the limit when it timed out', async () => {
    const body = { objects, run_id: 'r', all: true, timeout_seconds: 30 }
    await house.send('POST', '/api/v1/runs', { body })
    await house.clock.advance(31_000)
    const reason = 'the run took longer than 30 s, its run_timeout'
    expect((await ask(['status', 'r'])).out).toContain(`\nbecause   timed-out: ${reason}\nstate `)
    expect((await ask(['status', 'r', '-f'])).out).toContain(`run r timed-out (${reason}): `)
  })
})

describe('run', () => {
  it('refuses the id of another run, and finds the same one open', async () => {
    await openRun('first')
    const args = ['run', '-', '--run-id', 'first', '--detach']
    const { code, out, err } = await ask(args, { stdin: '[{"id": 7, "zone": "1-Raw"}]' })
    expect([code, out]).toEqual([2, ''])
    expect(err).toBe(
      "error RUN_EXISTS: --run-id names run 'first', which was opened before over another plan; choose another id, or none\n→ millefeuille status RUN shows what it is",
    )
    const same = await ask([...args, '--all'], { stdin: JSON.stringify(objects) })
    expect([same.code, same.out, same.err]).toEqual([0, 'first', 'run first was opened before'])
  })

  it('prints what was opened as JSON, and says what the default targets leave out', async () => {
    const stdin = JSON.stringify([...objects, { id: 3001, zone: '3-Application', parents: [2001] }])
    const args = ['run', '-', '--run-id', 'first', '--detach']
    const { code, err, json } = await ask([...args, '--json'], { stdin })
    expect(code).toBe(0)
    expect(json()).toMatchObject({
      ...{ format: 'millefeuille/opened@1', run_id: 'first', opened: true, objects: 3, warnings: [] },
    })
    expect(err.split('\n')[0]).toBe(
      '1 object is left out, as no target needs it: 1002 (--all loads everything)',
    )
    expect(JSON.parse((await ask([...args, '--json'], { stdin })).out)).toMatchObject({ opened: false })
    for (const choice of [['--all'], ['--target', '3001'], ['--select', '+2001']]) {
      const chosen = await ask(['run', '-', '--detach', ...choice], { stdin })
      expect([chosen.code, chosen.err.includes('left out')]).toEqual([0, false])
    }
  })

  it('runs in this process with --ephemeral, whatever ORCHESTRATOR_URL says', async () => {
    const env = { ORCHESTRATOR_URL: house.server.url, WORKER_1_PROC_SEC: '0' }
    const { code, err } = await millefeuille(['run', '-', '--ephemeral', '--run-id', 'here'], {
      env,
      stdin: '[{"id": 7, "zone": "1-Raw"}]',
    })
    expect([code, err.split('\n')[0]]).toEqual([0, 'run here: 1 object'])
    expect((await ask(['status', 'here'])).code).toBe(2)
  })

  it('in this process that is interrupted says that it is cancelled, and what loads the rest', async () => {
    const folder = filesOf({ 'objects.json': [{ id: 7, zone: '1-Raw' }] })
    const env = { DATA_DIR: folder('data'), WORKER_1_PROC_SEC: '600' }
    const args = ['run', folder('objects.json'), '--run-id', 'r']
    const kept =
      'the run is cancelled for good. To load what it gave up: millefeuille start (in the same folder), and beside it millefeuille rerun r --failed'
    const interruptBy =
      (cause: InterruptCause) => (line: string, interrupt: (by: InterruptCause) => void) => {
        if (line.includes('ready     7')) interrupt(cause)
      }
    const first = await millefeuille(args, { env, heard: interruptBy('signal') })
    expect([first.code, first.err.split('\n').at(-1)]).toEqual([130, kept])
    const again = await millefeuille(args, { env })
    expect([again.code, again.err.split('\n').at(-1)]).toEqual([3, kept])
    const forgotten = await millefeuille([...args, '--ephemeral'], { env, heard: interruptBy('signal') })
    expect(forgotten.err.split('\n').at(-1)).toMatch(/cancelled for good, and nothing of it is kept/)
    const unread = await millefeuille([...args, '--ephemeral'], { env, heard: interruptBy('unread') })
    expect([unread.code, unread.err.includes('for good')]).toEqual([130, false])
  })

  it('in this process says that a Kafka and a Redis that are named are not used, also with --json', async () => {
    const stdin = '[{"id": 7, "zone": "1-Raw"}]'
    const here = { WORKER_1_PROC_SEC: '0' }
    for (const [named, words] of [
      [{ KAFKA_BOOTSTRAP: 'kafka:9092', REDIS_URL: 'redis://redis' }, 'KAFKA_BOOTSTRAP and REDIS_URL are'],
      [{ REDIS_HOST: 'redis' }, 'REDIS_HOST is'],
    ] as const)
      for (const more of [[], ['--json']]) {
        const args = ['run', '-', '--ephemeral', ...more]
        const { code, out, err } = await millefeuille(args, { env: { ...here, ...named }, stdin })
        expect([code, err.split('\n')[0]]).toEqual([
          0,
          `warning: this run works in this process with its own loaders, simulated unless WORKER_LOADER or the object says otherwise: ${words} not used. To run there: millefeuille start, and millefeuille run FILE --server URL`,
        ])
        expect(out).not.toContain('warning')
      }
    const { err } = await ask(['run', '-', '--detach'], {
      env: { KAFKA_BOOTSTRAP: 'kafka:9092', ORCHESTRATOR_URL: house.server.url },
      stdin,
    })
    expect(err).not.toContain('warning')
  })

  it('says what objects go on without, and how many did', async () => {
    const graph = [
      { id: 1001, zone: '1-Raw', policy: { max_retries: 0 } },
      { id: 2002, zone: '2-Standardized', parents: [{ id: 1001, policy: 'optional' }] },
      { id: 3003, zone: '3-Application', parents: [2002] },
    ]
    const env = { WORKER_PRECHECK_SUFFIXES: '1', WORKER_2_PROC_SEC: '0', WORKER_3_PROC_SEC: '0' }
    const { out, err } = await millefeuille(['run', '-', '--ephemeral'], {
      env,
      stdin: JSON.stringify(graph),
    })
    const said = `${err}\n${out}`
    expect(said).toMatch(/ready {5}2002, without 1001\n/)
    expect(said).toMatch(/ready {5}3003 \(2002 above it went on without 1001\)\n/)
    expect(said).toMatch(/ failed: 2 loaded, 1 failed, 2 degraded in /)
  })
})

describe('status', () => {
  it('says how to open a run when there is none', async () => {
    const { code, out, err } = await ask(['status'])
    expect([code, out, err]).toEqual([0, '', 'no runs yet: millefeuille run FILE opens one'])
  })

  it('lists runs as a table, the newest first', async () => {
    await openRun('first')
    await house.loaded('first', '1001', '1002', '2001')
    await house.clock.advance(90_000)
    await openRun('second')
    await house.failed('second', '1001')
    const { code, out } = await ask(['status'])
    expect(code).toBe(0)
    expect(out.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['RUN', 'STATE', 'DONE', 'OF', 'FAILED', 'OPENED (UTC)', 'TOOK', 'TENANT', 'WORKFLOW'],
      ['second', 'running', '0', '3', '1', '2026-11-21 05:01:30', '0 ms', 'default'],
      ['first', 'succeeded', '3', '3', '0', '2026-11-21 05:00:00', '0 ms', 'default'],
    ])
    const running = await ask(['status', '--state', 'running', '--json'])
    expect(running.json()).toMatchObject({ format: 'millefeuille/runs@1', runs: [{ run_id: 'second' }] })
    const one = await ask(['status', '-n', '1'])
    expect(one.out).not.toContain('first')
    expect(one.err).toBe('… and older ones: -n shows more')
  })

  it('says plainly that the facts of an old run are gone, and still shows what came of it', async () => {
    await openRun('first')
    await house.loaded('first', '1002')
    await house.failed('first', '1001')
    house.store.read = async () => undefined
    const followed = await ask(['status', 'first', '--follow'])
    expect(followed.code).toBe(2)
    expect(followed.err).toContain("FACTS_EXPIRED: run 'first' ended too long ago")
    const { code, out, err } = await ask(['status', 'first'])
    expect([code, out.split('\n').at(-1)]).toEqual([
      0,
      'state     failed: 1 loaded, 1 failed, 1 blocked in 0 ms',
    ])
    expect(err).toContain("what failed in it cannot be told: run 'first' ended too long ago")
    expect((await ask(['status', 'first', '--json'])).json()).toMatchObject({ failures: null })
  })

  it('leaves columns on the right out in a narrow terminal', async () => {
    await openRun('first')
    const { out } = await ask(['status'], { resultColumns: 40 })
    expect(out.split('\n')[0]).toBe('RUN    STATE    DONE  OF  FAILED')
  })

  it('shows one run, what failed in it, and its state last', async () => {
    await openRun('first')
    await house.loaded('first', '1002')
    await house.failed('first', '1001')
    const { code, out, err } = await ask(['status', 'first'])
    expect([code, err]).toEqual([0, ''])
    const lines = out.split('\n')
    expect(lines[0]).toBe('run       first')
    expect(lines).toContain('failed    1001: LOADER_REFUSED no (attempt 1)')
    expect(lines.at(-1)).toBe('state     failed: 1 loaded, 1 failed, 1 blocked in 0 ms')
    const printed = await ask(['status', 'first', '--json'])
    expect(printed.json()).toMatchObject({
      format: 'millefeuille/run@1',
      run: { run_id: 'first', state: 'failed' },
      failures: [{ object_id: '1001', attempt: 1, code: 'LOADER_REFUSED', detail: 'no' }],
    })
  })

  it('does not wait for a run that goes on, also with failures in it', async () => {
    await openRun('first')
    await house.failed('first', '1001')
    const { out } = await ask(['status', 'first'])
    expect(out).toContain('failed    1001: LOADER_REFUSED no (attempt 1)')
    expect(out.split('\n').at(-1)).toBe('state     running: 1 ready, 1 failed, 1 blocked in 0 ms')
  })

  it('follows a run to its end and ends with its code', async () => {
    await openRun('first')
    await house.failed('first', '1001')
    const heard = (line: string) => {
      if (line.includes('failed    1001')) void house.loaded('first', '1002')
    }
    const { code, out, err } = await ask(['status', 'first', '--follow'], { heard })
    expect(code).toBe(3)
    expect(err).toMatch(/ready {5}1001[\s\S]*blocked {3}2001[\s\S]*loaded {4}1002/)
    expect(out).toMatch(/^run first failed: 1 loaded, 1 failed, 1 blocked in /)
    const facts = (await ask(['status', 'first', '--follow', '--json'])).out.split('\n')
    expect(facts[0]).toBe('{"format":"millefeuille/facts@1"}')
    expect(JSON.parse(facts.at(-1) ?? '')).toMatchObject({ type: 'run-ended', state: 'failed' })
  })

  it('leaves a run that it follows at Ctrl-C, and says how to come back', async () => {
    await openRun('first')
    const heard = (line: string, interrupt: () => void) => {
      if (line.includes('ready     1002')) interrupt()
    }
    const { code, err } = await ask(['status', 'first', '--follow'], { heard })
    expect(code).toBe(130)
    expect(err).toMatch(/\ndetached, the run goes on. Look again: millefeuille status first --follow$/)
    expect((await ask(['status', 'first', '--json'])).json()).toMatchObject({ run: { state: 'running' } })
  })

  it('says nothing when it leaves because nobody reads its results', async () => {
    await openRun('first')
    const heard = (line: string, interrupt: (cause: 'unread') => void) => {
      if (line.includes('ready     1002')) interrupt('unread')
    }
    const { code, err } = await ask(['status', 'first', '--follow'], { heard })
    expect([code, err.includes('detached')]).toEqual([130, false])
  })

  it('does not know a run that is not there', async () => {
    const { code, out, err } = await ask(['status', 'nothing'])
    expect([code, out]).toEqual([2, ''])
    expect(err).toBe(
      "error RUN_UNKNOWN: there is no run 'nothing', or it is no longer kept\n→ millefeuille status lists the runs",
    )
  })
})

describe('cancel', () => {
  it('cancels a run with a reason, once', async () => {
    await openRun('first')
    expect(await ask(['cancel', 'first', '-m', 'wrong prices'])).toMatchObject({
      code: 0,
      out: 'run first is cancelled',
    })
    const { out } = await ask(['status', 'first', '--follow'])
    expect(out).toMatch(/^run first cancelled \(by \S+: wrong prices\)/)
    const again = await ask(['cancel', 'first'])
    expect(again).toMatchObject({
      code: 0,
      out: 'run first had ended before, cancelled: nothing was changed',
    })
    expect((await ask(['cancel', 'first', '--json'])).json()).toEqual({
      format: 'millefeuille/cancelled@1',
      run_id: 'first',
      changed: false,
      state: 'cancelled',
    })
  })
})

describe('trigger', () => {
  it("opens a workflow's run of a date, once", async () => {
    const args = ['trigger', 'daily_operations', '--date', '2026-11-20']
    const first = await ask(args)
    expect(first).toMatchObject({ code: 0, out: 'run daily_operations@2026-11-20 is open: 2 objects' })
    expect(first.err).toBe('follow it: millefeuille status daily_operations@2026-11-20 --follow')
    expect((await ask(args)).out).toBe('run daily_operations@2026-11-20 was opened before')
    expect((await ask([...args, '--json'])).json()).toMatchObject({
      format: 'millefeuille/opened@1',
      run_id: 'daily_operations@2026-11-20',
      opened: false,
    })
  })

  it('follows the run with --follow', async () => {
    const heard = (line: string) => {
      if (line.includes('ready     only_step')) void house.loaded('by_hand@2026-11-21', 'only_step')
    }
    const { code, out } = await ask(['trigger', 'by_hand', '--date', '2026-11-21', '--follow'], { heard })
    expect(code).toBe(0)
    expect(out).toMatch(/^run by_hand@2026-11-21 succeeded: 1 loaded/)
  })

  it('does not know a workflow that is not there', async () => {
    const { code, err } = await ask(['trigger', 'nightly'])
    expect(code).toBe(2)
    expect(err).toMatch(/^error WORKFLOW_UNKNOWN: .*'nightly'/)
  })
})

describe('schedule next', () => {
  it('says when in local time, in UTC, and how long it is until then', async () => {
    const { code, out } = await ask(['schedule', 'next', '-n', '2'])
    expect(code).toBe(0)
    expect(out.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['WORKFLOW', 'IN', 'LOCAL TIME', 'TIME ZONE', 'UTC', 'RUN', 'TENANT'],
      [
        'daily_operations',
        '2 h 00 min',
        'Sat 2026-11-21 08:00:00 +01:00',
        'Europe/Madrid',
        '2026-11-21 07:00:00',
        'daily_operations@2026-11-21',
        'default',
      ],
      [
        'daily_operations',
        '1 d 2 h',
        'Sun 2026-11-22 08:00:00 +01:00',
        'Europe/Madrid',
        '2026-11-22 07:00:00',
        'daily_operations@2026-11-22',
        'default',
      ],
    ])
  })

  it('marks a run that somebody opened before its time', async () => {
    await ask(['trigger', 'daily_operations', '--date', '2026-11-21'])
    expect((await ask(['schedule', 'next', '-n', '1'])).out).toMatch(/opened already$/)
    expect((await ask(['schedule', 'next', '-n', '1', '--json'])).json()).toMatchObject({
      format: 'millefeuille/schedule@1',
      ticks: [{ workflow: 'daily_operations', opened: true, time_zone: 'Europe/Madrid' }],
    })
  })
})

describe('an orchestrator', () => {
  it('that does not answer ends with 5, naming it and what to do', async () => {
    const { url } = house.server
    await house.stop()
    const { code, out, err } = await millefeuille(['status', '--server', url], { clock: house.clock })
    expect([code, out]).toEqual([5, ''])
    expect(err).toMatch(
      /^error SERVER_UNREACHABLE: .*127\.0\.0\.1.*ECONNREFUSED.*millefeuille start.*ORCHESTRATOR_URL/,
    )
    house = await apiHouse()
  })

  it('that wants a token is told it by API_TOKEN', async () => {
    const guarded = await apiHouse({ apiToken: 'open-sesame' })
    const args = ['status', '--server', guarded.server.url]
    const without = await millefeuille(args, { clock: house.clock })
    expect(without.code).toBe(2)
    expect(without.err).toMatch(/^error UNAUTHORIZED: .*API_TOKEN/)
    const { code } = await millefeuille(args, { clock: house.clock, env: { API_TOKEN: 'open-sesame' } })
    expect(code).toBe(0)
    await guarded.stop()
  })

  it('of --server is taken before that of ORCHESTRATOR_URL', async () => {
    await openRun('first')
    const env = { ORCHESTRATOR_URL: 'http://127.0.0.1:9' }
    const { out } = await ask(['status', '--json', '--server', house.server.url], { env })
    expect(JSON.parse(out)).toMatchObject({ runs: [{ run_id: 'first' }] })
  })
})

describe('what is done by hand', () => {
  const word = async (...args: readonly string[]) => {
    const { code, out } = await ask(args)
    return [code, out]
  }

  it('pauses and resumes a run', async () => {
    await openRun('r')
    expect(await word('pause', 'r', '-m', 'wrong prices')).toEqual([
      0,
      'run r is paused: nothing more of it is announced',
    ])
    expect((await ask(['status', 'r'])).out).toMatch(
      /^paused {4}by \S+: wrong prices; nothing more is announced: millefeuille resume r$/m,
    )
    expect(await word('resume', 'r')).toEqual([0, 'run r goes on'])
    expect(await word('resume', 'r')).toEqual([0, 'run r is not paused'])
  })

  it('retries, skips, marks and accepts objects, as text and as JSON', async () => {
    await openRun('r')
    await house.loaded('r', '1002')
    await house.failed('r', '1001')
    expect((await word('retry', 'r', '2001'))[1]).toBe(
      'object 2001 is blocked, and cannot start without 1001, which is failed: retry that one',
    )
    expect((await word('retry', 'r', '1001'))[0]).toBe(0)
    const { out } = await ask(['mark-loaded', 'r', '1001', '--result', '{"rows": 1}', '--json'])
    expect(JSON.parse(out)).toMatchObject({
      format: 'millefeuille/command@1',
      ...{ run_id: 'r', object_id: '1001', changed: true, state: 'running' },
    })
    expect((await word('accept-late', 'r', '2001', '--attempt', '1'))[1]).toContain('there is no late result')
    expect((await word('skip', 'r', '2001'))[1]).toContain('is skipped')
    expect((await ask(['status', 'r'])).out).toContain('succeeded: 2 loaded, 1 skipped')
  })

  it('refuses a result that is no JSON, and objects that nobody knows', async () => {
    await openRun('r')
    const wrong = await ask(['mark-loaded', 'r', '1001', '--result', '{rows'])
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('It takes JSON')])
    const unknown = await ask(['skip', 'r', '77'])
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('run r has no object 77')])
  })
})
