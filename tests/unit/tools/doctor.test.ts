// doctor and topics create without brokers: what can be said of the machine, and of brokers that do not answer.

import { describe, expect, it } from 'vitest'
import { topicSpecs } from '../../../shared/adapters/kafka/topic-specs.ts'
import { version as packageVersion } from '../../../shared/config/version.ts'
import { defaultTopics } from '../../../shared/events/topics.ts'
import { silentMeter } from '../../../shared/ports/meter.ts'
import { checkNode } from '../../../tools/doctor/check-machine.ts'
import { topicDifferences } from '../../../tools/topics/topic-differences.ts'
import { apiHouse } from '../../support/api-house.ts'
import { millefeuille } from '../../support/command-line.ts'

interface PrintedCheck {
  readonly name: string
  readonly state: string
  readonly message: string
  readonly advice: string | null
}

async function doctor(env: Record<string, string>, ...args: readonly string[]) {
  const { code, json, err } = await millefeuille(['doctor', '--json', ...args], { env })
  const { checks, ...rest } = json()
  return { code, err, rest, checks: checks as readonly PrintedCheck[] }
}

describe('doctor', () => {
  it('finds nothing wrong with an embedded house', async () => {
    const { code, checks, rest } = await doctor({})
    expect([code, rest]).toEqual([0, { format: 'millefeuille/doctor@1', ok: true }])
    expect(checks.map(({ name, state }) => `${name} ${state}`)).toEqual(['node ok', 'configuration ok'])
    const { out } = await millefeuille(['doctor'])
    expect(out.split('\n').at(-1)).toBe('2 ok, 0 warnings, 0 failed')
  })

  it.each([[['--fix']], [['--dry-run']]])(
    'says that %j compares nothing without the brokers of the orchestrator',
    async (args) => {
      const { code, checks } = await doctor({}, ...args)
      expect([code, checks.at(-1)]).toMatchObject([
        0,
        {
          ...{ name: 'consistency', state: 'warn', message: 'it was not looked at' },
          advice: expect.stringContaining('KAFKA_BOOTSTRAP and REDIS_URL'),
        },
      ])
    },
  )

  it('does not call a run well that nobody can be asked for', async () => {
    const { code, checks, rest } = await doctor({}, '--run', 'r')
    expect([code, rest.ok, checks.at(-1)]).toEqual([
      ...[2, false],
      {
        ...{ name: 'consistency', state: 'fail', message: "nobody could be asked for run 'r'" },
        advice: '--run needs the KAFKA_BOOTSTRAP and REDIS_URL of the orchestrator, or --server',
      },
    ])
  })

  it('asks the orchestrator whether it knows the run, where nothing can be compared', async () => {
    const house = await apiHouse({ version: packageVersion })
    const at = ['--server', house.server.url, '--run', 'r']
    const unknown = await doctor({}, ...at)
    expect([unknown.code, unknown.checks.at(-1)?.message]).toEqual([
      2,
      "there is no run 'r', or it is no longer kept",
    ])
    const body = { objects: [{ id: 1, zone: '1-Raw' }], run_id: 'r' }
    await house.send('POST', '/api/v1/runs', { body })
    const known = await doctor({}, ...at)
    expect([known.code, known.checks.at(-1)]).toMatchObject([
      0,
      { state: 'warn', message: "run 'r' is known (running), and nothing of it was compared" },
    ])
    await house.stop()
    const away = await doctor({}, ...at)
    expect([away.code, away.checks.at(-1)?.message]).toEqual([5, "run 'r' could not be looked for"])
  })

  it('ends with 5 and says what to do when Kafka and Redis do not answer, and shows no password', async () => {
    const env = {
      KAFKA_BOOTSTRAP: '127.0.0.1:1',
      REDIS_URL: 'redis://user:top-secret@127.0.0.1:1',
      KAFKA_SASL_MECHANISM: 'plain',
      KAFKA_SASL_USERNAME: 'user',
      KAFKA_SASL_PASSWORD: 'top-secret',
    }
    const { code, checks } = await doctor(env)
    expect(code).toBe(5)
    const failed = checks.filter(({ state }) => state === 'fail')
    expect(failed.map(({ name }) => name)).toEqual(['kafka', 'redis'])
    expect(failed[0]).toMatchObject({
      message: expect.stringContaining('ECONNREFUSED'),
      advice: expect.stringContaining('KAFKA_BOOTSTRAP'),
    })
    expect(failed[1]).toMatchObject({
      message: '127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1',
      advice: expect.stringContaining('REDIS_URL'),
    })
    expect(JSON.stringify(checks)).not.toContain('top-secret')
  })

  it('tells what start would refuse', async () => {
    const { code, checks } = await doctor({ HOST: '0.0.0.0' })
    expect(code).toBe(5)
    expect(checks[1]).toMatchObject({
      name: 'configuration',
      state: 'fail',
      message: expect.stringMatching(/HOST=0\.0\.0\.0: .*API_TOKEN/),
      advice: expect.stringContaining('docs/configuration.md'),
    })
  })

  it('tells what the zones of an embedded house would refuse', async () => {
    const { checks } = await doctor({ MAX_WORKERS: '0' })
    expect(checks[1]).toMatchObject({ state: 'fail', message: expect.stringContaining('MAX_WORKERS=0') })
  })

  it('is wrong usage itself when the brokers cannot be read from the environment', async () => {
    const { code, err } = await millefeuille(['doctor'], { env: { KAFKA_BOOTSTRAP: 'kafka' } })
    expect(code).toBe(2)
    expect(err).toMatch(/^error CONFIG_INVALID: [\s\S]*KAFKA_BOOTSTRAP=kafka/)
  })

  it('refuses an old Node and says how to get the right one', () => {
    expect(checkNode('v20.20.2', '1.0.0')).toMatchObject({
      state: 'fail',
      advice: expect.stringContaining('npm ci'),
    })
    expect(checkNode('v24.0.0', '1.0.0')).toMatchObject({ state: 'ok' })
  })
})

describe('doctor looks at an orchestrator', () => {
  it('that is there, of another version, and ready', async () => {
    const house = await apiHouse()
    const { code, checks } = await doctor({ ORCHESTRATOR_URL: house.server.url })
    expect(code).toBe(0)
    expect(checks.slice(-3)).toMatchObject([
      {
        name: 'orchestrator',
        state: 'warn',
        message: expect.stringContaining('version 1.2.3'),
        advice: expect.any(String),
      },
      { name: 'orchestrator readiness', state: 'ok' },
      { name: 'orchestrator access', state: 'ok' },
    ])
    await house.stop()
  })

  it('that is not ready, and names the part', async () => {
    const check = async () => Promise.reject(new Error('no broker answers'))
    const house = await apiHouse()
    const probes = {
      clock: house.clock,
      meter: silentMeter,
      heartbeats: [],
      checks: [{ name: 'kafka', check }],
      isStarted: () => true,
    }
    const unready = await apiHouse({ probes })
    const { code, checks } = await doctor({}, '--server', unready.server.url)
    expect(code).toBe(5)
    expect(checks).toContainEqual({
      name: 'orchestrator readiness',
      state: 'fail',
      message: 'kafka: no broker answers',
      advice: expect.any(String),
    })
    await Promise.all([house.stop(), unready.stop()])
  })

  it.each<[string, Record<string, string>, string]>([
    ['another token', { API_TOKEN: 'wrong' }, 'it wants another token'],
    ['a token where none is set', {}, 'it wants a token, and API_TOKEN is not set'],
  ])('that wants %s', async (_, env, message) => {
    const house = await apiHouse({ apiToken: 'open-sesame' })
    const { code, checks } = await doctor(env, '--server', house.server.url)
    expect(code).toBe(5)
    expect(checks.at(-1)).toMatchObject({
      name: 'orchestrator access',
      state: 'fail',
      message,
      advice: expect.stringContaining('API_TOKEN'),
    })
    await house.stop()
  })

  it('that is not there', async () => {
    const { code, checks } = await doctor({}, '--server', 'http://127.0.0.1:9')
    expect(code).toBe(5)
    expect(checks.at(-1)).toMatchObject({
      name: 'orchestrator',
      state: 'fail',
      advice: expect.stringContaining('start'),
    })
  })
})

describe('topics create', () => {
  it('needs to know the brokers', async () => {
    const { code, out, err } = await millefeuille(['topics', 'create'])
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(/KAFKA_BOOTSTRAP: missing/)
  })

  it('ends with 5 when no broker answers', async () => {
    const { code, err } = await millefeuille(['topics', 'create'], {
      env: { KAFKA_BOOTSTRAP: '127.0.0.1:1' },
    })
    expect(code).toBe(5)
    expect(err).toMatch(/^error TRANSPORT_UNAVAILABLE: topics cannot be created: .*ECONNREFUSED/)
  })
})

describe('a topic', () => {
  const [spec] = topicSpecs(defaultTopics, { partitions: 12, replication: 2 })
  if (spec === undefined) throw new Error('there are topics')
  const found = { name: spec.name, partitions: 12, replicas: 2, inSync: 2, config: { ...spec.config } }

  it('as configured differs in nothing', () => {
    expect(topicDifferences(spec, found)).toEqual([])
    expect(topicDifferences(spec, { ...found, config: { 'retention.ms': '-1' } })).toEqual([])
  })

  it.each([
    [
      'fewer partitions',
      { partitions: 3 },
      'warn',
      '3 partitions, the configuration says 12',
      '--partitions 12',
    ],
    ['more partitions', { partitions: 24 }, 'warn', '24 partitions', 'KAFKA_PARTITIONS=24'],
    ['fewer replicas', { replicas: 1, inSync: 1 }, 'warn', '1 replica, the configuration says 2', 'reassign'],
    ['a replica behind', { inSync: 1 }, 'warn', 'only 1 of 2 replicas', 'brokers'],
    ['compaction', { config: { 'cleanup.policy': 'compact' } }, 'fail', 'compacted', 'cleanup.policy=delete'],
    [
      'a codec nobody reads',
      { config: { 'compression.type': 'lz4' } },
      'fail',
      'lz4',
      'compression.type=uncompressed',
    ],
    ['a short memory', { config: { 'retention.ms': '3600000' } }, 'warn', '1 hour,', 'retention.ms='],
  ])('with %s is told, with what to do', (_, change, state, message, advice) => {
    expect(topicDifferences(spec, { ...found, ...change })).toEqual([
      { state, message: expect.stringContaining(message), advice: expect.stringContaining(advice) },
    ])
  })
})
