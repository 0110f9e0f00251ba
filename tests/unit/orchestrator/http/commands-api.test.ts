// What people do to a run over HTTP: decided, said who did it, and answered with what is true then.

import { Ajv } from 'ajv'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseCommit } from '../../../../orchestrator/core/run/commit-record.ts'
import type { RunFact } from '../../../../orchestrator/core/run/run-fact.ts'
import { type ApiHouse, apiHouse } from '../../../support/api-house.ts'

const objects = [
  { id: 1001, zone: '1-Raw', name: 'Customers' },
  { id: 1002, zone: '1-Raw' },
  { id: 2001, zone: '2-Standardized', parents: [1001] },
  { id: 3001, zone: '3-Application', parents: [2001, 1002] },
]

interface OpenApi {
  readonly paths: {
    readonly '/api/v1/runs/{id}/rerun': {
      readonly post: {
        readonly responses: Record<
          number,
          { readonly content: { readonly 'application/json': { schema: object } } }
        >
      }
    }
  }
}

let house: ApiHouse
beforeEach(async () => {
  house = await apiHouse()
  await house.send('POST', '/api/v1/runs', { body: { objects, run_id: 'r', max_retries: 0 } })
})
afterEach(() => house.stop())

const say = (path: string, body?: unknown) => house.send('POST', `/api/v1/runs/${path}`, { body })

async function factsOf(runId: string): Promise<readonly RunFact[]> {
  const stored = await house.store.read(runId, 0)
  return (stored?.records ?? []).flatMap((record) => parseCommit(record).facts)
}

async function brokenRun(): Promise<void> {
  await house.loaded('r', '1002')
  await house.failed('r', '1001')
}

describe('commands about a run', () => {
  it('pause it and let it go on, and say who wanted it and why', async () => {
    expect(await say('r/pause', { by: 'ada', reason: 'wrong prices' })).toMatchObject({
      status: 200,
      json: { run_id: 'r', object_id: null, changed: true, state: 'running' },
    })
    expect(await house.send('GET', '/api/v1/runs/r')).toMatchObject({ json: { paused: true } })
    await house.loaded('r', '1001')
    expect((await factsOf('r')).filter(({ type }) => type === 'object-ready')).toHaveLength(2)
    expect((await say('r/pause')).json).toMatchObject({ changed: false, message: 'run r is paused already' })
    expect((await say('r/resume')).json).toMatchObject({ changed: true })
    expect(await factsOf('r')).toContainEqual({ type: 'run-resumed', by: 'api' })
    expect(await factsOf('r')).toContainEqual({ type: 'run-paused', by: 'ada', reason: 'wrong prices' })
    expect((await factsOf('r')).filter(({ type }) => type === 'object-ready')).toHaveLength(3)
    expect((await say('r/resume')).json).toMatchObject({ changed: false, message: 'run r is not paused' })
  })

  it('change nothing of one that has ended, and say so', async () => {
    await brokenRun()
    expect((await say('r/pause')).json).toMatchObject({
      changed: false,
      state: 'failed',
      message: 'run r had ended before, failed: nothing was changed',
    })
  })

  it('answer 404 for a run nobody opened, and 400 for what no command has', async () => {
    for (const path of ['none/pause', 'none/objects/1001/retry', 'none/rerun'])
      expect(await say(path, path.endsWith('rerun') ? { failed: true } : undefined)).toMatchObject({
        status: 404,
        json: { code: 'RUN_UNKNOWN' },
      })
    expect(await say('r/pause', { why: 'x' })).toMatchObject({ status: 400 })
    expect(await say('r/explode')).toMatchObject({ status: 404, json: { code: 'ROUTE_UNKNOWN' } })
  })
})

describe('commands about an object', () => {
  it('retry what failed: the run that had ended goes on, and ends anew', async () => {
    await brokenRun()
    expect((await say('r/objects/1001/retry', { by: 'ada' })).json).toMatchObject({
      object_id: '1001',
      changed: true,
      state: 'running',
    })
    await house.loaded('r', '1001', '2001', '3001')
    expect(await house.send('GET', '/api/v1/runs/r')).toMatchObject({
      json: { state: 'succeeded', counts: { loaded: 4, failed: 0, blocked: 0 } },
    })
    const ends = (await factsOf('r')).flatMap((fact) => (fact.type === 'run-ended' ? [fact.state] : []))
    expect(ends).toEqual(['failed', 'succeeded'])
  })

  it('say what is to be done instead, where there is nothing to do', async () => {
    await brokenRun()
    const message = async (path: string) => (await say(`r/objects/${path}`)).json?.message
    expect(await message('2001/retry')).toBe(
      'object 2001 is blocked, and cannot start without 1001, which is failed: retry that one',
    )
    expect(await message('1002/retry')).toBe('object 1002 is loaded: there is nothing to retry')
    expect(await message('1001/accept-late')).toBe(
      'object 1001 is failed, and there is no late result of it that is loaded',
    )
    expect(await message('1001/discard')).toContain('is discarded')
    expect(await message('1001/discard')).toBe('object 1001 is discarded already')
    expect(await say('r/objects/77/skip')).toMatchObject({ status: 404, json: { code: 'OBJECT_UNKNOWN' } })
  })

  it('mark as loaded with a result, or skip', async () => {
    await say('r/objects/1001/mark-loaded', { result: { rows: 7 }, reason: 'by hand' })
    const ready = house.published.find(({ key }) => key === 'r/2001')
    expect(JSON.parse(String(ready?.value))).toMatchObject({ id: '2001', inputs: { 1001: { rows: 7 } } })
    await say('r/objects/1002/skip')
    await house.loaded('r', '2001', '3001')
    expect(await house.send('GET', '/api/v1/runs/r')).toMatchObject({
      json: { state: 'succeeded', counts: { loaded: 3, skipped: 1 } },
    })
  })

  it('refuse a result that no record could carry', async () => {
    const reply = await say('r/objects/1001/mark-loaded', { result: 'x'.repeat(70_000) })
    expect(reply).toMatchObject({ status: 400, json: { code: 'REQUEST_INVALID' } })
    expect(reply.json?.detail).toContain('body.result: the result has 70002 bytes')
  })

  it('accept what was answered after the run was cancelled', async () => {
    await house.send('DELETE', '/api/v1/runs/r?by=ada&reason=enough')
    expect(await factsOf('r')).toContainEqual(
      expect.objectContaining({ type: 'run-ended', state: 'cancelled', by: 'ada', reason: 'enough' }),
    )
    await house.answered('r', '1001', 1)
    const wrong = await say('r/objects/1001/accept-late', { attempt: 9 })
    expect(wrong).toMatchObject({ status: 400, json: { code: 'REQUEST_INVALID' } })
    expect(wrong.json?.detail).toContain(
      'attempt 9 of object 1001 has no late result that is loaded; there is one of attempt 1',
    )
    expect((await say('r/objects/1001/accept-late', { attempt: 1 })).json).toMatchObject({
      changed: true,
      message:
        'the late result of object 1001 counts: it is loaded; run r, which had ended (cancelled), goes on with what waits for it',
      state: 'running',
    })
    expect(await factsOf('r')).toContainEqual(
      expect.objectContaining({ type: 'late-result-accepted', object_id: '1001', attempt: 1 }),
    )
  })
})

describe('a rerun', () => {
  it('says exactly what it would load again, and opens nothing, when it is dry', async () => {
    await brokenRun()
    const { json } = await say('r/rerun', { failed: true, with_downstream: true, dry_run: true })
    expect(json).toEqual({
      rerun_of: 'r',
      opened: false,
      objects: [
        { id: '1001', name: 'Customers', was: 'failed', reason: 'failed', of: null },
        { id: '2001', name: null, was: 'blocked', reason: 'below', of: '1001' },
        { id: '3001', name: null, was: 'blocked', reason: 'below', of: '1001' },
      ],
      reused: 1,
    })
    expect(await house.send('GET', '/api/v1/runs')).toMatchObject({ json: { runs: [{ run_id: 'r' }] } })
  })

  it('opens a run that is linked to the other, and reuses what was loaded there', async () => {
    await brokenRun()
    const reply = await say('r/rerun', { failed: true, with_downstream: true, run_id: 'again' })
    expect(reply).toMatchObject({ status: 201, json: { run_id: 'again', opened: true } })
    expect(reply.headers.location).toBe('/api/v1/runs/again')
    expect(await house.send('GET', '/api/v1/runs/again')).toMatchObject({
      json: { rerun_of: 'r', counts: { reused: 1, ready: 1 } },
    })
    await house.loaded('again', '1001', '2001', '3001')
    expect(await house.send('GET', '/api/v1/runs/again')).toMatchObject({ json: { state: 'succeeded' } })
    const same = await say('r/rerun', { failed: true, with_downstream: true, run_id: 'again' })
    expect(same).toMatchObject({ status: 200, json: { opened: false } })
  })

  it('is open already when the very same one has its id, and refused when another run has it', async () => {
    await brokenRun()
    const set = { failed: true, with_downstream: true }
    await say('r/rerun', { ...set, run_id: 'again' })
    await house.failed('again', '1001')
    expect(await say('r/rerun', { ...set, run_id: 'again' })).toMatchObject({
      ...{ status: 200, json: { run_id: 'again', opened: false } },
    })
    await say('r/rerun', { objects: ['1001'], run_id: 'one' })
    const refused = async (of: string, body: object) => {
      const { status, json } = await say(`${of}/rerun`, body)
      return [status, json?.code, json?.detail]
    }
    const because = (id: string, as: string) => [
      ...[409, 'RUN_EXISTS'],
      `body.run_id names run '${id}', which was opened before ${as}; choose another id, or none`,
    ]
    const others = 'as a rerun that loads other objects again'
    for (const [of, body, run_id, as] of [
      ['r', set, 'r', 'and is no rerun'],
      ['again', { failed: true }, 'one', "as a rerun of run 'r'"],
      // Over another plan, and over the same plan with another part of it reused.
      ['r', { failed: true }, 'again', others],
      ['r', { ...set, objects: ['1002'] }, 'again', others],
    ] as const)
      for (const dry_run of [true, false])
        expect(await refused(of, { ...body, run_id, dry_run })).toEqual(because(run_id, as))
    expect(await say('r/rerun', { ...set, run_id: 'again', dry_run: true })).toMatchObject({ status: 200 })
  })

  it('of an id whose run is no longer kept is refused: nobody can tell what that one loaded', async () => {
    await brokenRun()
    await say('r/rerun', { failed: true, run_id: 'again' })
    await house.stop()
    const { store } = house
    house = await apiHouse({ store })
    await house.send('POST', '/api/v1/runs', { body: { objects, run_id: 'r', max_retries: 0 } })
    await brokenRun()
    const reply = await say('r/rerun', { failed: true, run_id: 'again', dry_run: true })
    expect([reply.status, reply.json?.code]).toEqual([409, 'RUN_EXISTS'])
    expect(reply.json?.detail).toContain('ended too long ago')
  })

  it('says who wanted it and why, and when what it reuses was loaded, also through a rerun of a rerun', async () => {
    await brokenRun()
    const loadedAtMs = house.clock.nowMs()
    await house.clock.advance(60_000)
    await say('r/rerun', {
      failed: true,
      with_downstream: true,
      run_id: 'again',
      by: 'ada',
      reason: 'mended',
    })
    expect((await factsOf('again'))[0]).toMatchObject({
      type: 'run-opened',
      rerun_of: 'r',
      by: 'ada',
      reason: 'mended',
    })
    await house.failed('again', '1001')
    await house.clock.advance(60_000)
    await say('again/rerun', { failed: true, with_downstream: true, run_id: 'third' })
    for (const runId of ['again', 'third'])
      expect(await factsOf(runId)).toContainEqual(
        expect.objectContaining({ type: 'object-reused', object_id: '1002', loaded_at_ms: loadedAtMs }),
      )
  })

  it('of the failed alone leaves what hangs below', async () => {
    await brokenRun()
    const { json } = await say('r/rerun', { failed: true, dry_run: true })
    expect(json).toMatchObject({ objects: [{ id: '1001' }], reused: 0 })
  })

  it('may be of an object that was loaded', async () => {
    await brokenRun()
    const { json } = await say('r/rerun', { objects: ['1002'], dry_run: true })
    expect(json).toMatchObject({ objects: [{ id: '1002', was: 'loaded' }] })
  })

  it('says why each object is loaded again, also what is only needed by others', async () => {
    await brokenRun()
    const body = { objects: ['1002'], with_downstream: true, dry_run: true }
    const { json } = await say('r/rerun', body)
    expect(json?.objects).toEqual([
      { id: '1001', name: 'Customers', was: 'failed', reason: 'needed-by', of: '2001' },
      { id: '1002', name: null, was: 'loaded', reason: 'asked-for', of: null },
      { id: '2001', name: null, was: 'blocked', reason: 'needed-by', of: '3001' },
      { id: '3001', name: null, was: 'blocked', reason: 'below', of: '1002' },
    ])
    const both = await say('r/rerun', { ...body, objects: ['1001'], failed: true })
    expect(both.json).toMatchObject({ objects: [{ id: '1001', reason: 'asked-for' }, {}, {}] })
  })

  it('of a run in which nothing failed has nothing to do, and opens nothing', async () => {
    await house.loaded('r', '1001', '1002', '2001', '3001')
    const nothing = { rerun_of: 'r', opened: false, objects: [], reused: 0 }
    for (const more of [{}, { dry_run: true }, { run_id: 'again', with_downstream: true }]) {
      const { status, json } = await say('r/rerun', { failed: true, ...more })
      expect([status, json]).toEqual([200, nothing])
    }
    expect((await house.send('GET', '/api/v1/runs/again')).status).toBe(404)
  })

  it('is described as it is answered: only what was opened has an id', async () => {
    await brokenRun()
    const { json } = await house.send('GET', '/openapi.json')
    const ajv = new Ajv({ strict: false, validateFormats: false })
    ajv.addSchema(json as object, 'api')
    const isA = (name: string, body: unknown) =>
      ajv.validate({ $ref: `api#/components/schemas/${name}` }, body)
    const set = { failed: true, with_downstream: true }
    const planned = await say('r/rerun', { ...set, dry_run: true })
    const opened = await say('r/rerun', { ...set, run_id: 'again' })
    const same = await say('r/rerun', { ...set, run_id: 'again' })
    const shapes = ['RerunPlan', 'OpenedRerun', 'Rerun']
    const fits = (body: unknown) => shapes.filter((shape) => isA(shape, body))
    expect(fits(planned.json)).toEqual(['RerunPlan', 'Rerun'])
    expect(fits(opened.json)).toEqual(['OpenedRerun', 'Rerun'])
    expect(fits(same.json)).toEqual(['OpenedRerun', 'Rerun'])
    const { responses } = (json as unknown as OpenApi).paths['/api/v1/runs/{id}/rerun'].post
    const schemas = [200, 201].map((status) => responses[status]?.content['application/json'].schema)
    expect(schemas).toEqual(
      ['Rerun', 'OpenedRerun'].map((name) => ({ $ref: `#/components/schemas/${name}` })),
    )
  })

  it('of nothing, or of a stranger, is refused with what is wrong', async () => {
    const refused = async (body: unknown) => {
      const { status, json } = await say('r/rerun', body)
      return [status, json?.code, json?.detail]
    }
    expect(await refused({})).toEqual([400, 'REQUEST_INVALID', expect.stringContaining('body needs failed')])
    expect(await refused({ objects: ['77'] })).toEqual([404, 'OBJECT_UNKNOWN', 'run r has no object 77'])
    const skip = await say('r/objects/77/skip')
    expect([skip.status, skip.json?.code, skip.json?.detail]).toEqual(await refused({ objects: ['77'] }))
  })
})
