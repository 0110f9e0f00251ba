// Secrets are taken out of texts and fields.

import { describe, expect, it } from 'vitest'
import { isSecretName, redactText } from '../../../../shared/base/redact.ts'

describe('isSecretName', () => {
  it.each([
    ...['password', 'REDIS_PASSWORD', 'dbPasswd', 'pwd', 'token', 'apiToken', 'client_secret', 'sasl'],
    ...[
      'Authorization',
      'proxy-authorization',
      'api_key',
      'apiKey',
      'set-cookie',
      'credentials',
      'private_key',
    ],
  ])('takes %s for a secret', (name) => {
    expect(isSecretName(name)).toBe(true)
  })

  it.each(['run_id', 'object_id', 'user', 'key', 'path', 'message', 'tenant'])('shows %s', (name) => {
    expect(isSecretName(name)).toBe(false)
  })
})

describe('redactText', () => {
  it.each([
    ['redis://:pw@host:6379/0', 'redis://[redacted]@host:6379/0'],
    ['redis://user:p@ss@host', 'redis://[redacted]@host'],
    ['redis://user:a/b?c#d@host', 'redis://[redacted]@host'],
    ['https://token@host/x and ftp://a:b@c', 'https://[redacted]@host/x and ftp://[redacted]@c'],
    ['GET /a?token=abc&page=2', 'GET /a?token=[redacted]&page=2'],
    ['https://h/?x=1&X-Amz-Signature=abc', 'https://h/?x=1&X-Amz-Signature=[redacted]'],
    ['Authorization: Bearer abc.def-123', 'Authorization: Bearer [redacted]'],
    ['Basic dXNlcjpwdw==', 'Basic [redacted]'],
  ])('makes %s into %s', (text, safe) => {
    expect(redactText(text)).toBe(safe)
  })

  it.each([
    'http://host:8000/path/a@b',
    'https://host/@scope/name',
    'mail to a@b.c',
    'Basic rules, a=b',
    'object 2005 loaded?page=1',
  ])('leaves %s as it is', (text) => {
    expect(redactText(text)).toBe(text)
  })

  it.each([
    `redis://${'a:'.repeat(50_000)}`,
    `${'a'.repeat(100_000)}://`,
    'a://b:'.repeat(15_000),
    `=?${'token'.repeat(20_000)}`,
    `=${'?token'.repeat(20_000)}`,
    `Basic ${'Basic '.repeat(20_000)}`,
  ])('is not slowed down by a long text', (text) => {
    const begunMs = performance.now()
    redactText(text)
    expect(performance.now() - begunMs).toBeLessThan(500)
  })
})
