// What an error of Redis means to a caller.

import { describe, expect, it } from 'vitest'
import { storeFault } from '../../../../../shared/adapters/redis/connection.ts'
import { Fault } from '../../../../../shared/base/fault.ts'

const reply = (message: string) => Object.assign(new Error(message), { name: 'ReplyError' })

describe('storeFault', () => {
  it.each([
    'LOADING Redis is loading the dataset in memory',
    "READONLY You can't write against a read only replica.",
    "OOM command not allowed when used memory > 'maxmemory'.",
    'MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist to disk.',
    'BUSY Redis is busy running a script.',
    'NOREPLICAS Not enough good replicas to write.',
    'CLUSTERDOWN The cluster is down',
    'ERR max number of clients reached',
  ])('takes "%s" for an answer that may change by itself', (message) => {
    expect(storeFault(reply(message))).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true })
  })

  it.each([
    'WRONGTYPE Operation against a key holding the wrong kind of value',
    'WRONGPASS invalid username-password pair',
    'NOAUTH Authentication required.',
    "NOPERM this user has no permissions to run the 'config' command",
    'ERR unknown command',
  ])('takes "%s" for a no', (message) => {
    expect(storeFault(reply(message))).toMatchObject({ code: 'STORE_REFUSED', retryable: false })
  })

  it('takes every error without a reply for a server that is not reached, and keeps its cause', () => {
    const cause = new Error('Command timed out')
    expect(storeFault(cause)).toMatchObject({ code: 'STORE_UNAVAILABLE', cause })
    expect(storeFault('odd')).toMatchObject({ code: 'STORE_UNAVAILABLE' })
  })

  it('leaves a fault as it is', () => {
    const fault = new Fault('RUN_CORRUPT', 'x')
    expect(storeFault(fault)).toBe(fault)
  })
})
