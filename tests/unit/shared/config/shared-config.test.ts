// What both programs take from the environment, and what they refuse.

import { describe, expect, it } from 'vitest'
import { Fault } from '../../../../shared/base/fault.ts'
import { clientConfig, clientSchema } from '../../../../shared/config/client-config.ts'
import { isLoopback } from '../../../../shared/config/host.ts'
import { modeOf, redisUrlOf } from '../../../../shared/config/mode.ts'
import {
  type CrossCheck,
  readConfig,
  secretsOf,
  type WrongVariable,
} from '../../../../shared/config/read-config.ts'
import * as setting from '../../../../shared/config/setting.ts'
import { kafkaSettings, redisSettings } from '../../../../shared/config/shared-settings.ts'

const named = { env: 'X', doc: 'x' }

/** What the variable X becomes, or the fault. */
function read<Value>(one: setting.Setting<Value>, X?: string): unknown {
  return faultOr(() => readConfig<{ group: { one: Value } }>({ group: { one } }, { X }).group.one)
}

function faultOr(action: () => unknown): unknown {
  try {
    return action()
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
}

describe('a variable', () => {
  it.each([
    ['whole', setting.whole(named, { min: -5, max: 10, default: 7 }), { '10': 10, '-5': -5, ' 3 ': 3 }, 7],
    [
      'decimal',
      setting.decimal(named, { min: 0, max: 1, default: 0.5 }),
      { '0.25': 0.25, '1': 1, '1e-1': 0.1, '.5': 0.5 },
      0.5,
    ],
    [
      'seconds',
      setting.seconds(named, { min: 0, max: 60, default: 30 }),
      { '0.5': 500, '60': 60_000 },
      30_000,
    ],
    [
      'range',
      setting.secondsRange(named, 1, 2),
      {
        '3': { minMs: 3_000, maxMs: 3_000 },
        '0.5-2': { minMs: 500, maxMs: 2_000 },
        '2 - 1': { minMs: 1_000, maxMs: 2_000 },
      },
      { minMs: 1_000, maxMs: 2_000 },
    ],
    [
      'flag',
      setting.flag(named, true),
      { false: false, '0': false, No: false, OFF: false, true: true, '1': true, yes: true, on: true },
      true,
    ],
    [
      'text',
      setting.text(named, { default: 'd', allowed: 'a', pattern: '[a-z]+' }),
      { abc: 'abc', ' abc ': 'abc' },
      'd',
    ],
    ['secret', setting.secret(named, 'a'), { ' a b ': ' a b ' }, undefined],
    ['choice', setting.choice(named, ['last', 'none'], 'last'), { none: 'none', LAST: 'last' }, 'last'],
    [
      'list',
      setting.list(named, { default: ['9'], allowed: 'a', pattern: '\\d+' }),
      { '1': ['1'], ' 1, 2,,3 ': ['1', '2', '3'], ',': [] },
      ['9'],
    ],
    ['cron', setting.cron(named), { '0 8 * * *': '0 8 * * *', '0 0 29 2 *': '0 0 29 2 *' }, undefined],
    ['time zone', setting.timeZone(named), { 'Europe/Madrid': 'Europe/Madrid', UTC: 'UTC' }, undefined],
    [
      'url',
      setting.url(named, ['http:', 'https:'], { sensitive: false }),
      { 'https://h:1/p': 'https://h:1/p' },
      undefined,
    ],
  ] as [string, setting.Setting<unknown>, Record<string, unknown>, unknown][])(
    'of the kind %s is read as it is meant, and has its default when empty',
    (_kind, one, examples, standard) => {
      for (const [given, value] of Object.entries(examples)) expect(read(one, given)).toEqual(value)
      for (const empty of [undefined, '', '  ']) expect(read(one, empty)).toEqual(standard)
    },
  )

  it.each([
    [
      setting.whole(named, { min: 0, max: 10, default: 7 }),
      ['12abc', '1.5', '11', '-1', '0x5', '1e3', 'NaN', '99999999999999999999'],
    ],
    [setting.decimal(named, { min: 0, max: 1, default: 0 }), ['1.1', '-0.1', 'x', '0,5', 'Infinity', '5%']],
    [setting.seconds(named, { min: 0, max: 60, default: 1 }), ['61', '5s', '-1']],
    [setting.secondsRange(named, 1, 2), ['-1', '1-2-3', 'a-b', '1-', '-', '1..2']],
    [setting.flag(named, true), ['maybe', '2', 'tru']],
    [setting.text(named, { default: 'd', allowed: 'a', pattern: '[a-z]+' }), ['abc1', 'a b']],
    [setting.choice(named, ['last', 'none'], 'last'), ['all', 'last,none']],
    [setting.list(named, { default: [], allowed: 'a', pattern: '\\d+' }), ['1,b', '1;2']],
    [setting.cron(named), ['0 0 31 2 *', 'daily', '61 * * * *', '* * * *']],
    [setting.timeZone(named), ['Mars/Olympus', '+02:00', '5']],
    [setting.url(named, ['http:'], { sensitive: false }), ['https://h', 'h:80', 'http://']],
  ] as [setting.Setting<unknown>, string[]][])(
    'that is wrong is refused with the value and what is allowed (%#)',
    (one, examples) => {
      for (const value of examples) {
        const fault = read(one, value)
        expect(fault, value).toMatchObject({
          code: 'CONFIG_INVALID',
          message: `the configuration is wrong:\n  X=${value}: must be ${one.allowed}`,
          detail: { wrong: [{ variable: 'X', value, allowed: `must be ${one.allowed}` }] },
        })
      }
    },
  )

  it('that is a secret is refused without showing it', () => {
    const fault = read(setting.secret(named, 'digits', '\\d+'), 'hunter22')
    expect(fault).toMatchObject({ message: 'the configuration is wrong:\n  X: must be digits' })
    expect(JSON.stringify(fault)).not.toContain('hunter22')
  })

  it('that is wrong and holds a password in a URL is shown without it', () => {
    expect(read(setting.choice(named, ['a'], 'a'), 'http://u:pw@h\nx')).toMatchObject({
      detail: { wrong: [{ value: 'http://[redacted]@h x' }] },
    })
  })
})

describe('readConfig', () => {
  const schema = {
    group: {
      one: setting.whole({ env: 'ONE', doc: '' }, { min: 0, max: 9, default: 1 }),
      two: setting.whole({ env: 'TWO', doc: '' }, { min: 0, max: 9, default: 2 }),
    },
  }
  type Config = { group: { one: number; two: number } }
  const apart: CrossCheck<Config> = ({ group: { one, two } }) =>
    one < two ? [] : ['ONE', 'TWO'].map((variable): WrongVariable => ({ variable, allowed: 'ONE below TWO' }))

  const wrongOf = (env: Record<string, string>) => {
    const fault = faultOr(() => readConfig<Config>(schema, env, [apart]))
    return fault instanceof Fault
      ? (fault.detail.wrong as WrongVariable[]).map(({ variable }) => variable)
      : []
  }

  it('names all wrong variables at once', () => {
    expect(wrongOf({ ONE: 'x', TWO: 'y' })).toEqual(['ONE', 'TWO'])
  })

  it('looks at variables together, and names each only once', () => {
    expect(wrongOf({ ONE: '1', TWO: '2' })).toEqual([])
    expect(wrongOf({ ONE: '3' })).toEqual(['ONE', 'TWO'])
    expect(wrongOf({ ONE: '3', TWO: 'x' })).toEqual(['TWO', 'ONE'])
  })

  it('reads the environment that it is given, and no other', () => {
    expect(readConfig<Config>(schema, { PATH: 'x', THREE: '3' })).toEqual({ group: { one: 1, two: 2 } })
  })
})

describe('modeOf', () => {
  const configOf = (env: Record<string, string>) =>
    readConfig<Parameters<typeof modeOf>[0]>({ kafka: kafkaSettings, redis: redisSettings }, env)

  it('is embedded without Kafka and Redis', () => {
    expect(modeOf(configOf({}))).toBe('embedded')
    expect(modeOf(configOf({ KAFKA_BOOTSTRAP: '', REDIS_HOST: '', REDIS_URL: ' ' }))).toBe('embedded')
  })

  it('is real with both', () => {
    expect(modeOf(configOf({ KAFKA_BOOTSTRAP: 'k:9092', REDIS_HOST: 'r' }))).toBe('real')
    expect(modeOf(configOf({ KAFKA_BOOTSTRAP: 'k:9092,[::1]:9093', REDIS_URL: 'redis://r' }))).toBe('real')
  })

  it.each([
    [{ KAFKA_BOOTSTRAP: 'k:9092' }, 'REDIS_URL'],
    [{ REDIS_HOST: 'r' }, 'KAFKA_BOOTSTRAP'],
    [{ REDIS_URL: 'redis://r' }, 'KAFKA_BOOTSTRAP'],
  ])('with %j alone says that %s is missing', (env, variable) => {
    expect(() => modeOf(configOf(env))).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining(`${variable}: missing`),
      }),
    )
  })

  it.each([
    [{ REDIS_HOST: 'r' }, 'redis://r:6379'],
    [{ REDIS_HOST: '::1', REDIS_PORT: '7000' }, 'redis://[::1]:7000'],
    [{ REDIS_HOST: 'r', REDIS_PASSWORD: 'a@/b%' }, 'redis://:a%40%2Fb%25@r:6379'],
    [{ REDIS_URL: 'rediss://h:1/2', REDIS_HOST: 'r', REDIS_PORT: '7000' }, 'rediss://h:1/2'],
    [{ REDIS_URL: 'redis://h', REDIS_PASSWORD: 'pw' }, 'redis://:pw@h'],
    [{ REDIS_URL: 'redis://u:own@h', REDIS_PASSWORD: 'pw' }, 'redis://u:own@h'],
  ])('the Redis of %j is %s', (env, expected) => {
    expect(redisUrlOf(configOf(env).redis)).toBe(expected)
  })
})

describe('secretsOf', () => {
  it('gives every secret, and the password within a URL as it stands and as it is sent', () => {
    const schema = { kafka: kafkaSettings, redis: redisSettings }
    const env = {
      KAFKA_SASL_PASSWORD: 'k',
      REDIS_URL: 'redis://:a%40b@h',
      REDIS_PASSWORD: '',
      LOG_LEVEL: 'info',
    }
    expect(secretsOf(schema, env)).toEqual(['k', 'redis://:a%40b@h', 'a%40b', 'a@b'])
    expect(secretsOf(schema, { REDIS_URL: 'redis://:a%zz@h' })).toEqual(['redis://:a%zz@h', 'a%zz'])
    expect(secretsOf(clientSchema, { API_TOKEN: 't', ORCHESTRATOR_URL: 'http://h' })).toEqual(['t'])
  })
})

describe('clientConfig', () => {
  it('reads where the orchestrator is and the token for it', () => {
    expect(clientConfig({ ORCHESTRATOR_URL: 'http://h:8000', API_TOKEN: 't' })).toEqual({
      orchestrator: { url: 'http://h:8000', apiToken: 't' },
    })
    expect(clientConfig({})).toEqual({ orchestrator: {} })
  })
})

describe('isLoopback', () => {
  it.each(['127.0.0.1', '127.1.2.3', '::1', 'localhost'])('%s is', (host) => {
    expect(isLoopback(host)).toBe(true)
  })

  it.each(['0.0.0.0', '::', '10.0.0.1', '127.evil.example', 'localhost.evil.example'])(
    '%s is not',
    (host) => {
      expect(isLoopback(host)).toBe(false)
    },
  )
})
