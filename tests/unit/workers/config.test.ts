// What a worker takes from its environment, and what it refuses.

import { describe, expect, it } from 'vitest'
import { requiredZone, workerConfig } from '../../../workers/config.ts'

describe('workerConfig', () => {
  it('is whole without a single variable', () => {
    expect(workerConfig({})).toMatchObject({
      http: { host: '127.0.0.1', port: 8_001 },
      worker: { maxWorkers: 32, leaseMs: 10_000, drainMs: 15_000 },
      simulate: { ingestion: { minMs: 100, maxMs: 500 }, precheckSuffixes: [], failRate: 0 },
      httpLoader: { timeoutMs: 30_000, allowedHosts: [] },
      breaker: { failures: 5, resetMs: 30_000 },
    })
  })

  it('reads every group', () => {
    const config = workerConfig({
      WORKER_TYPE: 'Application',
      MAX_WORKERS: '200',
      WORKER_PORT: '9000',
      HOST: '0.0.0.0',
      WORKER_1_PROC_SEC: '0.5-2',
      WORKER_2_PROC_SEC: '0',
      WORKER_3_PROC_SEC: '3',
      WORKER_PRECHECK_SUFFIXES: '5, 07',
      WORKER_FAIL_RATE: '0.25',
      HTTP_AUTH_HEADER: 'Bearer t0ken',
      HTTP_ALLOWED_HOSTS: 'API.example.org,h:8080',
      BREAKER_FAILURES: '0',
      BREAKER_RESET_SECONDS: '60',
    })
    expect(config).toMatchObject({
      worker: { zone: 'application', maxWorkers: 200 },
      http: { host: '0.0.0.0', port: 9_000 },
      simulate: {
        ingestion: { minMs: 500, maxMs: 2_000 },
        standardization: { minMs: 0, maxMs: 0 },
        application: { minMs: 3_000, maxMs: 3_000 },
        precheckSuffixes: ['5', '07'],
        failRate: 0.25,
      },
      httpLoader: { authHeader: 'Bearer t0ken', allowedHosts: ['api.example.org', 'h:8080'] },
      breaker: { failures: 0, resetMs: 60_000 },
    })
  })

  it('does not send credentials to any host that a definition names', () => {
    expect(() => workerConfig({ HTTP_AUTH_HEADER: 'Bearer S3CRET' })).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringMatching(/HTTP_ALLOWED_HOSTS: must be set(?!.*S3CRET)/),
      }),
    )
  })
})

describe('requiredZone', () => {
  it('is the zone of the worker', () => {
    expect(requiredZone(workerConfig({ WORKER_TYPE: 'ingestion' }))).toBe('ingestion')
  })

  it('refuses a worker without one, naming the zones', () => {
    expect(() => requiredZone(workerConfig({}))).toThrow(
      'WORKER_TYPE: must be set: ingestion, standardization, application',
    )
  })
})
