// Log lines: what is in them, what never is, and when they are written.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SystemClock } from '../../../../../shared/adapters/system/system-clock.ts'
import {
  WinstonLogger,
  type WinstonLoggerOptions,
} from '../../../../../shared/adapters/system/winston-logger.ts'
import { Fault } from '../../../../../shared/base/fault.ts'
import type { Clock } from '../../../../../shared/ports/clock.ts'

const eight: Clock = { nowMs: () => Date.UTC(2026, 10, 21, 8, 0, 1, 234), after: new SystemClock().after }

class Page extends Writable {
  text = ''
  override _write(chunk: Buffer, _encoding: BufferEncoding, next: () => void) {
    this.text += chunk.toString()
    next()
  }
}

async function written(
  use: (logger: WinstonLogger) => void,
  options: WinstonLoggerOptions = {},
): Promise<string> {
  const page = new Page()
  const logger = new WinstonLogger({ stream: page, clock: eight, ...options })
  use(logger)
  await logger.flush()
  return page.text
}

async function line(use: (logger: WinstonLogger) => void, options: WinstonLoggerOptions = {}) {
  return JSON.parse(await written(use, options)) as Record<string, unknown>
}

describe('WinstonLogger', () => {
  it('writes one JSON object a line: time, level, message, fields', async () => {
    const text = await written((logger) => {
      logger.info('object loaded', { run_id: 'r1', object_id: '2005', attempt: 1 })
      logger.warn('two\nlines')
    })
    expect(text.split('\n')).toEqual([
      '{"ts":"2026-11-21T08:00:01.234Z","level":"info","message":"object loaded","run_id":"r1","object_id":"2005","attempt":1}',
      '{"ts":"2026-11-21T08:00:01.234Z","level":"warn","message":"two\\nlines"}',
      '',
    ])
  })

  it('adds the fields of a child to each of its lines; the line’s own win', async () => {
    const fields = await line((logger) =>
      logger.child({ run_id: 'r1', zone: 'a' }).child({ tenant: 't' }).error('x', { zone: 'b' }),
    )
    expect(fields).toMatchObject({ level: 'error', run_id: 'r1', tenant: 't', zone: 'b' })
  })

  it('keeps a field from hiding time, level or message', async () => {
    const fields = await line((logger) => logger.info('real', { message: 'm', level: 'l', ts: 't' }))
    expect(fields).toMatchObject({ message: 'real', level: 'info', message_: 'm', level_: 'l', ts_: 't' })
  })

  it.each([
    ['silent', []],
    ['error', ['error']],
    ['warn', ['error', 'warn']],
    ['info', ['error', 'warn', 'info']],
    ['debug', ['error', 'warn', 'info', 'debug']],
  ] as const)('at level %s writes %j, and says so when asked', async (level, expected) => {
    const levels = ['error', 'warn', 'info', 'debug'] as const
    let enabled: readonly string[] = []
    const text = await written(
      (logger) => {
        enabled = levels.filter((each) => logger.enabled(each))
        for (const each of levels) logger[each](each)
      },
      { level },
    )
    const lines = text.split('\n').filter(Boolean)
    expect(lines.map((each) => (JSON.parse(each) as { level: string }).level)).toEqual(expected)
    expect(enabled).toEqual(expected)
  })

  it('takes secrets out: by the name of a field at any depth, in URLs, and where the configuration knows them', async () => {
    const text = await written(
      (logger) =>
        logger.child({ api_token: 'S3CRET' }).info('at redis://user:S3CRET@host:6379/0', {
          password: 'S3CRET',
          kafka: { sasl: { username: 'S3CRET' }, headers: [{ Authorization: 'S3CRET' }] },
          url: new URL('https://u:S3CRET@host/path'),
          error: new Error('GET https://host/?access_token=S3CRET failed, Bearer S3CRET-123'),
          known: 'the value hunter22 stands here',
          map: new Map([['client_secret', 'S3CRET']]),
        }),
      { secrets: ['hunter22', 'ab'] },
    )
    expect(text).not.toContain('S3CRET')
    expect(text).not.toContain('hunter22')
    expect(text).toContain('the value [redacted] stands here')
    expect(text).toContain('redis://[redacted]@host:6379/0')
  })

  it('writes any value there is, and never throws', async () => {
    const circle: Record<string, unknown> = { name: 'c' }
    circle.self = circle
    const broken = {
      get value() {
        throw new Error('no')
      },
    }
    const deep = { a: { a: { a: { a: { a: { a: { a: 1 } } } } } } }
    const fields = await line((logger) =>
      logger.info('x', {
        circle,
        broken,
        deep,
        big: 2n ** 70n,
        not: Number.NaN,
        date: new Date(0),
        wrong: new Date(Number.NaN),
        bytes: Buffer.from('abc'),
        set: new Set([1]),
        list: Array.from({ length: 101 }, () => 1),
        call: () => 1,
        none: undefined,
        nil: null,
        long: 'y'.repeat(20_000),
        fault: new Fault('STORE_UNAVAILABLE', 'gone', { cause: new Error('why'), detail: { host: 'h' } }),
      }),
    )
    expect(fields).toMatchObject({
      circle: { name: 'c', self: '[circular]' },
      broken: '[unreadable: no]',
      deep: { a: { a: { a: { a: { a: { a: '[too deep]' } } } } } },
      big: '1180591620717411303424',
      not: 'NaN',
      date: '1970-01-01T00:00:00.000Z',
      wrong: 'Invalid Date',
      bytes: '[3 bytes]',
      set: [1],
      nil: null,
      fault: {
        name: 'Fault',
        code: 'STORE_UNAVAILABLE',
        message: 'gone',
        detail: { host: 'h' },
        cause: { message: 'why' },
      },
    })
    expect(fields.list).toHaveLength(101)
    expect((fields.list as unknown[]).at(-1)).toBe('… 1 more')
    expect(fields.long).toMatch(/^y{16384}… \(20000 characters\)$/)
    expect(fields).not.toHaveProperty('call')
    expect(fields).not.toHaveProperty('none')
  })

  it('costs next to nothing below its level', () => {
    const logger = new WinstonLogger({ stream: new Page(), level: 'info' }).child({ run_id: 'r1' })
    const round = (count: number) => {
      const begun = process.hrtime.bigint()
      for (let call = 0; call < count; call++) if (logger.enabled('debug')) logger.debug('never')
      for (let call = 0; call < count; call++) logger.debug('never')
      return Number(process.hrtime.bigint() - begun) / count
    }
    const nanoseconds = Math.min(...Array.from({ length: 10 }, () => round(100_000)))
    expect(nanoseconds).toBeLessThan(100)
  })
})

describe('WinstonLogger for people', () => {
  it('writes aligned lines with the stack of an error below', async () => {
    const error = new Error('boom')
    error.stack = 'Error: boom\n    at there'
    const text = await written(
      (logger) => {
        logger.info('loaded', { zone: 'ingestion', info: 'two words', counts: { a: 1 } })
        logger.error('failed', { error })
      },
      { pretty: true },
    )
    expect(text).toBe(
      [
        '08:00:01.234 INFO  loaded  zone=ingestion  info="two words"  counts={"a":1}',
        '08:00:01.234 ERROR failed  error="boom"',
        '    Error: boom',
        '        at there',
        '',
      ].join('\n'),
    )
  })

  it('colours them where the terminal has colours, and not where it has none', async () => {
    const terminal = (hasColors: boolean) =>
      Object.assign(new Page(), { isTTY: true, hasColors: () => hasColors })
    const text = async (stream: Page) => {
      const logger = new WinstonLogger({ stream, clock: eight })
      logger.warn('x')
      await logger.flush()
      return stream.text
    }
    expect(await text(terminal(false))).toBe('08:00:01.234 WARN  x\n')
    expect(await text(terminal(true))).toContain('\u001b[33mWARN \u001b[0m')
  })

  it('does not let a value move the cursor', async () => {
    const text = await written((logger) => logger.info('a\u001b[2Jb', { id: '\u001b[31mred' }), {
      pretty: true,
    })
    expect(text).not.toContain('\u001b')
  })
})

describe('WinstonLogger to a file', () => {
  let folder = ''

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'logger-'))
  })

  afterEach(() => {
    rmSync(folder, { recursive: true })
  })

  it('writes every line as JSON there too, behind what is there, in a folder that it makes', async () => {
    const file = join(folder, 'deep', 'log.json')
    for (const message of ['first', 'second']) {
      const screen = await written((logger) => logger.info(message), { file, pretty: true })
      expect(screen).toBe(`08:00:01.234 INFO  ${message}\n`)
    }
    const lines = readFileSync(file, 'utf8').trim().split('\n')
    expect(lines.map((each) => (JSON.parse(each) as { message: string }).message)).toEqual([
      'first',
      'second',
    ])
  })

  it('refuses a file that cannot be written, naming LOG_FILE', () => {
    expect(() => new WinstonLogger({ stream: new Page(), file: folder })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('LOG_FILE') }),
    )
  })

  it('goes on without the file when that breaks later, and says so once', async () => {
    const page = new Page()
    const logger = new WinstonLogger({ stream: page, file: '/dev/full' })
    logger.info('one')
    await reached(() => page.text.includes('LOG_FILE gets no more lines'))
    logger.info('two')
    await logger.flush()
    expect(page.text.match(/LOG_FILE/g)).toHaveLength(1)
    expect(page.text).toContain('ENOSPC')
    expect(page.text).toContain('two')
  })
})

describe('WinstonLogger on a stream that does not take lines', () => {
  it('goes on when the stream breaks', async () => {
    const broken = new Writable({ write: (_chunk, _encoding, next) => next(new Error('EPIPE')) })
    const logger = new WinstonLogger({ stream: broken })
    logger.info('one')
    await logger.flush()
    logger.info('two')
    await logger.flush()
    expect(logger.enabled('info')).toBe(true)
  })

  it('drops lines beyond its backlog instead of eating the memory, and counts them', async () => {
    let text = ''
    let open = () => {}
    const stuck = new Writable({
      write: (chunk: Buffer, _encoding, next) => {
        text += chunk.toString().slice(0, 200)
        open = next
      },
    })
    const logger = new WinstonLogger({ stream: stuck, clock: eight })
    const filler = 'z'.repeat(16_000)
    for (let n = 0; n < 1_200; n++) logger.info(filler)
    await reached(() => stuck.writableLength > 16 * 2 ** 20)
    await reached(() => {
      open()
      return stuck.writableLength === 0
    })
    logger.info('after')
    await reached(() => {
      open()
      return text.includes('"after"')
    })
    const dropped = /"log lines were dropped","lines":(\d+)/.exec(text)?.[1]
    expect(Number(dropped)).toBeGreaterThan(50)
    expect(Number(dropped)).toBeLessThan(1_200)
  })
})

async function reached(fact: () => boolean): Promise<void> {
  while (!fact()) await new Promise((resolve) => setImmediate(resolve))
}
