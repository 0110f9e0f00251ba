// What the API refuses is told in the terminal by the option or the argument that was typed, and not by its field.

import { Command } from 'commander'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Fault } from '../../../shared/base/fault.ts'
import { serverOption } from '../../../tools/client/open-client.ts'
import { inWordsOf } from '../../../tools/request-field.ts'
import { type ApiHouse, apiHouse } from '../../support/api-house.ts'
import { millefeuille } from '../../support/command-line.ts'

let house: ApiHouse
beforeEach(async () => {
  house = await apiHouse()
  const body = { objects: [{ id: 1001, zone: '1-Raw' }], run_id: 'r' }
  await house.send('POST', '/api/v1/runs', { body })
})
afterEach(() => house.stop())

const long = 'x'.repeat(300)
const tooLong = 'must NOT have more than 200 characters'
/** An object may be called as long as its definition may. */
const tooLongObject = 'must NOT have more than 256 characters'

describe('a request that the API refuses', () => {
  it.each<[string, readonly string[], string]>([
    ['an argument', ['status', long], `<run> ${tooLong}`],
    ['an argument of a stream', ['status', long, '--follow'], `<run> ${tooLong}`],
    ['the second argument', ['retry', 'r', long], `<object> ${tooLongObject}`],
    ['the argument of why', ['why', long], `<object> ${tooLongObject}`],
    ['an option of why', ['why', '1001', '--run', long], `--run ${tooLong}`],
    ['a name', ['trigger', long], `<workflow> ${tooLong}`],
    ['a date', ['trigger', 'by_hand', '--date', 'today'], '--date must be a date like 2026-11-21'],
    ['a letter', ['dlq', 'show', 'x'], '<id> must be the id of a dead letter, like 3.1811'],
    ['an option of a query', ['dlq', 'list', '--code', long], `--code ${tooLong}`],
    ['one of a list', ['rerun', 'r', '--object', long], `--object ${tooLongObject}`],
    ['an id', ['rerun', 'r', '--failed', '--run-id', 'a b'], '--run-id must be 1 to 200 letters, digits and'],
    [
      'a tenant',
      ['run', '-', '--detach', '--tenant', 'a b'],
      '--tenant must be 1 to 100 letters, digits and',
    ],
    ['a reason', ['cancel', 'r', '-m', 'x'.repeat(501)], '--reason must NOT have more than 500 characters'],
    [
      'a result',
      ['mark-loaded', 'r', '1001', '--result', JSON.stringify('x'.repeat(70_000))],
      '--result: the result has 70002 bytes',
    ],
  ])('names what was typed: %s', async (_, args, message) => {
    const stdin = '[{"id": 1001, "zone": "1-Raw"}]'
    const env = { ORCHESTRATOR_URL: house.server.url }
    const { code, out, err } = await millefeuille(args, { env, clock: house.clock, stdin })
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(`error REQUEST_INVALID: ${message}`)
  })
})

describe('a message', () => {
  const command = new Command('look').addOption(serverOption())
  const words = (message: string, field?: string) =>
    inWordsOf(command, new Fault('REQUEST_INVALID', message, { detail: { field } }))

  it('stays as it is where no option or argument carries the field, or none is named', () => {
    for (const field of ['path.id', 'body.by', 'body', undefined])
      expect(words(`${field} is wrong`, field)).toBe(`${field} is wrong`)
    expect(words('it goes without body.server', 'body.server')).toBe('it goes without body.server')
    expect(words('body.server is wrong', 'body.server')).toBe('--server is wrong')
  })
})
