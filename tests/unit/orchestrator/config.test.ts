// What the orchestrator takes from its environment, and what it refuses.

import { describe, expect, it } from 'vitest'
import { orchestratorConfig } from '../../../orchestrator/config.ts'
import type { Fault } from '../../../shared/base/fault.ts'

function wrongOf(env: Record<string, string>): unknown {
  try {
    orchestratorConfig(env)
    return []
  } catch (error) {
    return (error as Fault).detail.wrong
  }
}

describe('orchestratorConfig', () => {
  it('is whole without a single variable', () => {
    expect(orchestratorConfig({})).toMatchObject({
      http: { host: '127.0.0.1', port: 8_000 },
      retry: { maxRetries: 3, baseMs: 1_000, factor: 2, capMs: 300_000, ttlMs: 86_400_000 },
      run: { attemptTimeoutMs: 3_600_000, runTimeoutMs: 86_400_000 },
      schedule: { catchUp: 'last', tenants: ['default'] },
      topics: { ready: 'event.load.ready', journal: 'event.run.journal' },
    })
  })

  it('reads every group', () => {
    const config = orchestratorConfig({
      KAFKA_BOOTSTRAP: 'a:9092,b:9092',
      KAFKA_SSL: 'true',
      KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512',
      KAFKA_SASL_USERNAME: 'u',
      KAFKA_SASL_PASSWORD: 'p',
      REDIS_URL: 'redis://r',
      TOPIC_READY: 'my.ready',
      HOST: '0.0.0.0',
      PORT: '0',
      API_TOKEN: 't0ken',
      OBJECTS_PATH: 'objects.json',
      OBJECTS_CRON: '*/5 * * * *',
      DAILY_WORKFLOW_CRON: '0 6 * * *',
      DEFAULT_TIMEZONE: 'Europe/Paris',
      TENANTS: 'north, south',
      RUN_TIMEOUT_SECONDS: '0',
      LOG_LEVEL: 'DEBUG',
    })
    expect(config).toMatchObject({
      kafka: { brokers: ['a:9092', 'b:9092'], ssl: true, saslMechanism: 'scram-sha-512', saslUsername: 'u' },
      redis: { url: 'redis://r' },
      topics: { ready: 'my.ready', loaded: 'event.load.loaded' },
      http: { host: '0.0.0.0', port: 0, apiToken: 't0ken' },
      objects: { path: 'objects.json', cron: '*/5 * * * *' },
      schedule: { dailyWorkflowCron: '0 6 * * *', timeZone: 'Europe/Paris', tenants: ['north', 'south'] },
      run: { runTimeoutMs: 0 },
      log: { level: 'debug' },
    })
  })

  it('refuses an address that others reach without a token, and says why', () => {
    expect(wrongOf({ HOST: '0.0.0.0' })).toEqual([
      { variable: 'HOST', value: '0.0.0.0', allowed: expect.stringContaining('set API_TOKEN') },
    ])
    expect(wrongOf({ HOST: '0.0.0.0', API_TOKEN: 't0ken' })).toEqual([])
    expect(wrongOf({ HOST: '::1' })).toEqual([])
  })

  it.each([
    [{ KAFKA_SASL_USERNAME: 'u' }, ['KAFKA_SASL_MECHANISM', 'KAFKA_SASL_PASSWORD']],
    [{ TOPIC_LOADED: 'event.load.failed' }, ['TOPIC_LOADED', 'TOPIC_FAILED']],
    [{ RETRY_BASE_MS: '5000', RETRY_CAP_MS: '1000' }, ['RETRY_CAP_MS']],
    [{ OBJECTS_CRON: '0 8 * * *' }, ['OBJECTS_CRON']],
  ])('refuses %j, which do not go together, naming %j', (env, variables) => {
    expect(wrongOf(env)).toMatchObject(variables.map((variable) => ({ variable })))
  })

  it('refuses policies of zones that say nothing it knows, and says of each what is allowed', () => {
    const value =
      '{ "ingestion": { "max_retries": "many", "atempt_timeout": 5 }, "application": 5, "raw": {} }'
    const wrong = (allowed: string) => ({ variable: 'ZONE_POLICIES', value, allowed })
    expect(wrongOf({ ZONE_POLICIES: value.replaceAll(' ', '\n ') })).toEqual([
      wrong('ingestion: max_retries is "many"; allowed: a whole number from 0 to 1000'),
      wrong('ingestion: there is no field "atempt_timeout" in a policy; did you mean attempt_timeout?'),
      wrong('application: a policy is 5; write { "max_retries": 5, "attempt_timeout": "10m" }'),
      wrong('there is no zone "raw"; known are ingestion, standardization, application'),
    ])
  })

  it.each(['max_retries=5', '[]', '5', '{"ingestion":'])('refuses the policies of zones %s', (given) => {
    expect(wrongOf({ ZONE_POLICIES: given })).toEqual([
      {
        variable: 'ZONE_POLICIES',
        value: given,
        allowed: expect.stringMatching(/^must be JSON .*"max_retries":5/),
      },
    ])
  })

  it('names everything that is wrong at once, and shows no secret', () => {
    const wrong = wrongOf({
      PORT: '80a',
      HOST: '0.0.0.0',
      API_TOKEN: 'two words',
      REDIS_URL: 'http://u:S3CRET@h',
      KAFKA_SASL_PASSWORD: 'S3CRET',
    })
    expect((wrong as { variable: string }[]).map(({ variable }) => variable).sort()).toEqual([
      'API_TOKEN',
      'HOST',
      'KAFKA_SASL_MECHANISM',
      'KAFKA_SASL_USERNAME',
      'PORT',
      'REDIS_URL',
    ])
    expect(JSON.stringify(wrong)).not.toMatch(/S3CRET|two words/)
  })
})
