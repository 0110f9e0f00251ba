// The http loader calls what an object says, and never says what it must not.

import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../../shared/adapters/memory/virtual-clock.ts'
import { Fault } from '../../../../shared/base/fault.ts'
import { deepestJson, type JsonObject } from '../../../../shared/base/json.ts'
import { longestRetryAfterMs, maxResultBytes } from '../../../../shared/events/answer.ts'
import { type Fetch, type HttpOptions, httpLoader } from '../../../../workers/loaders/http.ts'
import { readyEvent } from '../../../support/zone-bench.ts'

type Call = { readonly url: string } & Parameters<Fetch>[1]
interface Said {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: readonly string[]
}

/** A loader over a network that says these answers one after the other. */
function called(
  object: JsonObject,
  said: readonly (Said | Error)[] = [{}],
  options: Partial<HttpOptions> = {},
) {
  const calls: Call[] = []
  const clock = new VirtualClock()
  const fetch: Fetch = async (url, init) => {
    const next = said[calls.length]
    calls.push({ url: url.href, ...init })
    if (next instanceof Error) throw next
    return answerOf(next ?? {})
  }
  const whole = { authHeader: undefined, timeoutMs: 1_000, allowedHosts: [], ...options }
  const loader = httpLoader(whole, { clock, fetch })
  const ready = readyEvent({ id: '3005', run_id: 'r 1', attempt: 2, object })
  const outcome = loader.load(ready, { signal: new AbortController().signal })
  return { calls, outcome, ready, clock }
}

function answerOf({ status = 200, headers = {}, body = [] }: Said): Awaited<ReturnType<Fetch>> {
  const chunks = async function* () {
    for (const chunk of body) yield Buffer.from(chunk)
  }
  return { status, headers: new Headers(headers), body: chunks() }
}

const url = 'https://api.example.org/jobs/3005'
const json = { 'content-type': 'application/json; charset=utf-8' }

describe('the http loader', () => {
  it('gets the URL of the object, with a key that is the same when the attempt is repeated', async () => {
    const { calls, outcome } = called({ URL: ` ${url} ` }, [{ body: ['abc', 'de'] }])
    expect(await outcome).toEqual({
      info: `GET ${url} answered 200, 5 bytes`,
      result: { status: 200, bytes: 5 },
    })
    expect(calls).toMatchObject([{ url, method: 'GET', redirect: 'manual' }])
    expect(calls[0]?.headers['idempotency-key']).toBe('r%201/3005/2')
    expect(calls[0]).not.toHaveProperty('body')
  })

  it.each(['Method', 'Méthode', 'method'])('sends the Ready event where %s is POST', async (field) => {
    const { calls, outcome, ready } = called({ url, [field]: 'post' })
    await outcome
    expect(calls).toMatchObject([{ method: 'POST', headers: { 'content-type': 'application/json' } }])
    expect(JSON.parse(calls[0]?.body ?? '')).toEqual(ready)
  })

  it('gives a small JSON answer to the children', async () => {
    const { outcome } = called({ url }, [{ headers: json, body: ['{"ro', 'ws":3}'] }])
    expect((await outcome).result).toEqual({ status: 200, bytes: 10, body: { rows: 3 } })
  })

  it.each([
    ['too large', `"${'x'.repeat(maxResultBytes)}"`],
    ['too large with what is around it', `"${'x'.repeat(maxResultBytes - 10)}"`],
    ['no JSON after all', '{"a":'],
    ['nested too deep to be printed', '['.repeat(20_000) + ']'.repeat(20_000)],
    ['nested too deep with what is around it', '['.repeat(deepestJson) + ']'.repeat(deepestJson)],
    ['empty', ''],
  ])('leaves out a body that is %s', async (_, body) => {
    const { outcome } = called({ url }, [{ headers: json, body: [body] }])
    expect((await outcome).result).toEqual({ status: 200, bytes: body.length })
  })

  it.each([
    [500, 'LOADER_FAILED'],
    [503, 'LOADER_FAILED'],
    [429, 'LOADER_FAILED'],
    [400, 'LOADER_REFUSED'],
    [404, 'LOADER_REFUSED'],
    [408, 'LOADER_REFUSED'],
    [304, 'LOADER_REFUSED'],
    [302, 'LOADER_REFUSED'],
  ])('takes %i for %s', async (status, code) => {
    const { outcome } = called({ url }, [{ status }])
    await expect(outcome).rejects.toMatchObject({ code, message: `GET ${url} answered ${status}` })
  })

  it.each([
    [503, '120', 120_000],
    [429, '7', 7_000],
    [503, 'Thu, 01 Jan 2026 00:01:30 GMT', 90_000],
    [503, '99999999999', longestRetryAfterMs],
    [503, 'Thu, 01 Jan 2026 00:00:00 GMT', undefined],
    [503, '0', undefined],
    [503, 'soon', undefined],
    [500, '120', undefined],
  ])('hands on how long a %i with Retry-After %s asks to be left alone: %s', async (status, text, ms) => {
    const { outcome } = called({ url }, [{ status, headers: { 'retry-after': text } }])
    const error = await outcome.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'LOADER_FAILED' })
    expect(error instanceof Fault && error.detail.retryAfterMs).toBe(ms)
  })

  it.each([
    [{ url: 'https://api.example.org/a?b=c' }, 'https://api.example.org'],
    [{ url: 'HTTP://API.example.org:80/', method: 'POST' }, 'http://api.example.org'],
    [{ url: 'http://h:8080/a' }, 'http://h:8080'],
    [{ url: 'https://evil.example.org/' }, undefined],
    [{ url: 'https://h:8080/', method: 'TRACE' }, undefined],
    [{ url: 'https://user:hunter2@h:8080/' }, undefined],
    [{ url: 'file:///etc/passwd' }, undefined],
    [{}, undefined],
  ])('has for the target of %j %s, which is what it calls', (object, target) => {
    const options = { authHeader: undefined, timeoutMs: 1_000, allowedHosts: ['api.example.org', 'h:8080'] }
    const fetch = () => Promise.reject(new Error('nobody calls'))
    const loader = httpLoader(options, { clock: new VirtualClock(), fetch })
    expect(loader.target?.(readyEvent({ object }))).toBe(target)
  })

  it('takes a network error for a failure that is tried again, and says which', async () => {
    const cause = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
    const { outcome } = called({ url }, [new TypeError('fetch failed', { cause })])
    await expect(outcome).rejects.toMatchObject({
      code: 'LOADER_FAILED',
      message: 'the call failed: ECONNREFUSED',
    })
  })

  it('waits no longer than its time for answer and body', async () => {
    const clock = new VirtualClock()
    const aborted = (signal: AbortSignal) =>
      new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
      })
    const slowBody = async function* (signal: AbortSignal) {
      yield Buffer.from('a')
      await aborted(signal)
    }
    const fetches: Fetch[] = [
      (_, { signal }) => aborted(signal),
      async (_, { signal }) => ({ status: 200, headers: new Headers(), body: slowBody(signal) }),
    ]
    for (const fetch of fetches) {
      const loader = httpLoader(
        { authHeader: undefined, timeoutMs: 1_000, allowedHosts: [] },
        { clock, fetch },
      )
      const load = loader.load(readyEvent({ object: { url } }), { signal: new AbortController().signal })
      const outcome = expect(load).rejects.toMatchObject({
        code: 'LOADER_FAILED',
        message: 'no answer within 1000 ms',
      })
      await clock.advance(1_000)
      await outcome
    }
  })

  it('ends the call when it is told to give up, and leaves no timer behind', async () => {
    const over = new AbortController()
    const clock = new VirtualClock()
    const fetch: Fetch = (_, { signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new Error('aborted')))
      })
    const loader = httpLoader({ authHeader: undefined, timeoutMs: 1_000, allowedHosts: [] }, { clock, fetch })
    const load = loader.load(readyEvent({ object: { url } }), over)
    over.abort()
    await expect(load).rejects.toMatchObject({ code: 'LOADER_FAILED', message: 'the call failed: aborted' })
    expect(clock.waiting).toBe(0)
  })

  it.each([
    [{}, 'the object has no URL to call'],
    [{ url: 'not a url' }, 'the URL is not one'],
    [{ url: 'file:///etc/passwd' }, 'only http and https are called, not file:'],
    [{ url: 'https://user:hunter2@h/' }, 'the URL holds a user or a password: use HTTP_AUTH_HEADER'],
    [{ url, method: 'TRACE' }, 'the method is none of GET, HEAD, POST, PUT, PATCH, DELETE'],
  ])('refuses %j without a call', async (object, message) => {
    const { calls, outcome } = called(object)
    await expect(outcome).rejects.toMatchObject({ code: 'LOADER_REFUSED', message })
    expect(calls).toEqual([])
  })

  it('says nothing of the query, where tokens are', async () => {
    const { outcome } = called({ url: `${url}?token=S3CRET` }, [{ status: 500 }])
    await expect(outcome).rejects.toThrow(/^GET https:\/\/api\.example\.org\/jobs\/3005 answered 500$/)
  })

  describe('and redirects', () => {
    const to = (location: string, status = 302): Said => ({ status, headers: { location } })

    it('are followed, relative ones too', async () => {
      const { calls, outcome } = called({ url }, [to('/other?x=1'), { body: ['ok'] }])
      expect((await outcome).info).toBe('GET https://api.example.org/other answered 200, 2 bytes')
      expect(calls.map((call) => call.url)).toEqual([url, 'https://api.example.org/other?x=1'])
    })

    it.each([
      [301, 'POST', 'GET'],
      [302, 'POST', 'GET'],
      [303, 'PUT', 'GET'],
      [303, 'HEAD', 'HEAD'],
      [307, 'POST', 'POST'],
      [308, 'PUT', 'PUT'],
      [302, 'PUT', 'PUT'],
    ])('with %i turn %s into %s', async (status, method, then) => {
      const { calls, outcome } = called({ url, method }, [to('/other', status), {}])
      await outcome
      expect(calls[1]?.method).toBe(then)
      expect(calls[1]?.body !== undefined).toBe(['POST', 'PUT'].includes(then))
    })

    it('are not followed for ever', async () => {
      const { calls, outcome } = called({ url }, Array(10).fill(to(url)))
      await expect(outcome).rejects.toMatchObject({
        code: 'LOADER_REFUSED',
        message: 'more than 5 redirects',
      })
      expect(calls).toHaveLength(6)
    })

    it('lead to no other protocol', async () => {
      const { calls, outcome } = called({ url }, [to('file:///etc/passwd'), {}])
      await expect(outcome).rejects.toMatchObject({ code: 'LOADER_REFUSED' })
      expect(calls).toHaveLength(1)
    })
  })

  describe('and HTTP_ALLOWED_HOSTS', () => {
    const options = { authHeader: 'Bearer S3CRET', allowedHosts: ['api.example.org', 'h:8080'] }

    it('get the Authorization header', async () => {
      for (const allowed of [url, 'http://h:8080/x', 'https://h:8080/x', 'http://api.example.org/']) {
        const { calls, outcome } = called({ url: allowed }, [{}], options)
        await outcome
        expect(calls[0]?.headers.authorization).toBe('Bearer S3CRET')
      }
    })

    it.each([
      'https://evil.example.org/',
      'http://h/',
      'http://h:80/',
      'https://api.example.org.evil/',
      'http://api.example.org:81/',
      'https://api.example.org:80/',
      'https://api.example.org:8443/',
    ])('are all that is called: not %s', async (other) => {
      const { calls, outcome } = called({ url: other }, [{}], options)
      await expect(outcome).rejects.toMatchObject({ code: 'LOADER_REFUSED' })
      expect(calls).toEqual([])
    })

    it.each(['https://evil.example.org/', 'https://api.example.org:8443/', '//h/'])(
      'are all that a redirect may lead to: not %s',
      async (location) => {
        const { calls, outcome } = called({ url }, [{ status: 307, headers: { location } }, {}], options)
        await expect(outcome).rejects.toMatchObject({ code: 'LOADER_REFUSED' })
        expect(calls).toHaveLength(1)
      },
    )

    const toHttp = { status: 302, headers: { location: 'http://api.example.org/' } }

    it('get the Authorization header behind a redirect, but never from https to http', async () => {
      const onward = { status: 302, headers: { location: 'https://api.example.org/other' } }
      const { calls, outcome } = called({ url: 'http://h:8080/' }, [onward, toHttp, {}], options)
      await expect(outcome).rejects.toMatchObject({ code: 'LOADER_REFUSED' })
      expect(calls.map((call) => [call.url, call.headers.authorization])).toEqual([
        ['http://h:8080/', 'Bearer S3CRET'],
        ['https://api.example.org/other', 'Bearer S3CRET'],
      ])
    })

    it('may lead from https to http where nothing secret is sent', async () => {
      const { calls, outcome } = called({ url }, [toHttp, {}], { ...options, authHeader: undefined })
      await outcome
      expect(calls.map((call) => call.url)).toEqual([url, 'http://api.example.org/'])
    })
  })

  it('sends no Authorization header where any host may be called', async () => {
    const { calls, outcome } = called({ url }, [{}], { authHeader: 'Bearer S3CRET' })
    await outcome
    expect(calls[0]?.headers).not.toHaveProperty('authorization')
  })
})
