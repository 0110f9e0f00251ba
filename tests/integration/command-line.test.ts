// topics create and doctor on a real Kafka and a real Redis.

import { afterAll, beforeAll, expect, it } from 'vitest'
import { closeRedis, connectRedis } from '../../shared/adapters/redis/connection.ts'
import { silentLogger } from '../../shared/ports/logger.ts'
import { describeWithBrokers, describeWithOwnBrokers } from '../support/brokers/brokers.ts'
import { LocalRedis } from '../support/brokers/local-redis.ts'
import { ownNames } from '../support/brokers/own-names.ts'
import { millefeuille } from '../support/command-line.ts'

/** Topics that no other test has. */
function ownTopics(): Record<string, string> {
  const own = ownNames('command-line')
  const kinds = ['READY', 'LOADED', 'FAILED', 'DLQ', 'JOURNAL', 'WORKFLOW']
  return Object.fromEntries(kinds.map((kind) => [`TOPIC_${kind}`, own.of(kind.toLowerCase())]))
}

interface Printed {
  readonly topics: readonly { readonly outcome: string; readonly differences: readonly string[] }[]
  readonly checks: readonly {
    readonly name: string
    readonly state: string
    readonly advice: string | null
  }[]
}

describeWithBrokers('the command line on Kafka and Redis', ({ kafka, redis }) => {
  const env = { KAFKA_BOOTSTRAP: kafka, REDIS_URL: redis, KAFKA_PARTITIONS: '2', ...ownTopics() }
  const printed = async (args: readonly string[], more = {}) => {
    const { code, json, err } = await millefeuille([...args, '--json'], { env: { ...env, ...more } })
    return { code, err, json: json() as unknown as Printed }
  }

  it('creates the topics once, looks first if asked to, and says where they differ', async () => {
    const outcomes = ({ json }: Awaited<ReturnType<typeof printed>>) =>
      new Set(json.topics.map(({ outcome }) => outcome))
    const missing = await printed(['doctor'])
    expect(missing.code).toBe(5)
    const isMissing = { state: 'fail', advice: 'millefeuille topics create' }
    expect(missing.json.checks.filter(({ name }) => name.startsWith('topic '))).toMatchObject(
      Array(8).fill(isMissing),
    )

    expect(outcomes(await printed(['topics', 'create', '--dry-run']))).toEqual(new Set(['missing']))
    const created = await printed(['topics', 'create'])
    expect([created.code, created.json.topics.length, outcomes(created)]).toEqual([
      0,
      8,
      new Set(['created']),
    ])
    const again = await printed(['topics', 'create'])
    expect([again.code, outcomes(again)]).toEqual([0, new Set(['present'])])
    expect(again.json.topics.flatMap(({ differences }) => differences)).toEqual([])

    const grown = await millefeuille(['topics', 'create'], { env: { ...env, KAFKA_PARTITIONS: '3' } })
    expect(grown.code).toBe(0)
    expect(grown.out).toMatch(/ready\.ingestion +differs +2 +1/)
    expect(outcomes(await printed(['topics', 'create'], { KAFKA_PARTITIONS: '3' }))).toEqual(
      new Set(['differs']),
    )
    expect(grown.err).toMatch(/^warning: .*it has 2 partitions, the configuration says 3 → /)
  })

  it('finds nothing wrong once the topics are there', async () => {
    const { code, json } = await printed(['doctor'])
    expect(json.checks.filter(({ state }) => state === 'fail')).toEqual([])
    expect(code).toBe(0)
    expect(json.checks.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['kafka', 'redis', 'redis policy']),
    )
  })

  it('says in words what Kafka refuses', async () => {
    const more = { KAFKA_REPLICATION: '50', ...ownTopics() }
    const { code, err } = await millefeuille(['topics', 'create'], { env: { ...env, ...more } })
    expect(code).toBe(5)
    expect(err).toMatch(/^error TRANSPORT_REFUSED: topics cannot be created: .*[Rr]eplication/)
    const { json } = await printed(['doctor'], more)
    expect(json.checks).toContainEqual(expect.objectContaining({ name: 'replication', state: 'fail' }))
  })
})

describeWithOwnBrokers('doctor on a Redis of its own', ['redis'], () => {
  const redis = new LocalRedis()
  beforeAll(() => redis.start())
  afterAll(() => redis.stop())

  it('fails a server that may throw runs away, and warns of one that keeps nothing', async () => {
    const client = connectRedis({ url: redis.url }, silentLogger)
    await client.config('SET', 'maxmemory-policy', 'allkeys-lru')
    await client.config('SET', 'appendonly', 'no')
    await closeRedis(client)
    const env = { REDIS_URL: redis.url }
    const { code, out } = await millefeuille(['doctor'], { env })
    expect(code).toBe(5)
    expect(out).toMatch(/fail {2}redis policy: .*allkeys-lru.*\n +→ .*noeviction/)
    expect(out).toMatch(/warn {2}redis persistence: no append-only file.*\n +→ .*appendonly yes/)
    const allowed = await millefeuille(['doctor'], { env: { ...env, REDIS_ALLOW_EVICTION: 'true' } })
    expect(allowed.out).toMatch(/warn {2}redis policy: .*allkeys-lru/)
  })
})
