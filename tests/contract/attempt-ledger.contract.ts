// What every AttemptLedger promises, whatever it stands on.

import { expect, it } from 'vitest'
import type { AttemptLedger } from '../../workers/ports/attempt-ledger.ts'

export interface LedgerUnderTest {
  readonly ledger: AttemptLedger
  /** Lets at least this much time pass for the ledger. */
  readonly pass: (ms: number) => Promise<void>
}

const leaseMs = 60_000
const keepMs = 600_000

/** `open` gives a ledger that nobody else has written to. */
export function attemptLedgerContract(open: () => LedgerUnderTest): void {
  const key = (objectId: string, attempt = 1, runId = 'run') => ({ runId, objectId, attempt })
  const claimed = { kind: 'claimed' }
  const superseded = { kind: 'superseded' }
  const lost = (objectId: string, attempt = 1) => ({ key: key(objectId, attempt), because: 'lost' })

  it('gives an attempt to one owner, and to nobody else while the lease runs', async () => {
    const { ledger } = open()
    expect(await ledger.claim([key('1')], 'a', leaseMs)).toEqual([claimed])
    const [claim] = await ledger.claim([key('1')], 'b', leaseMs)
    expect(claim).toMatchObject({ kind: 'held' })
    const leftMs = claim?.kind === 'held' ? claim.leaseLeftMs : 0
    expect(leftMs).toBeGreaterThan(leaseMs / 2)
    expect(leftMs).toBeLessThanOrEqual(leaseMs)
  })

  it('gives the same owner the same claim when it asks twice', async () => {
    const { ledger } = open()
    await ledger.claim([key('1')], 'a', leaseMs)
    expect(await ledger.claim([key('1')], 'a', leaseMs)).toEqual([claimed])
    expect((await ledger.claim([key('1')], 'b', leaseMs))[0]?.kind).toBe('held')
  })

  it('gives an attempt away when its lease has run out', async () => {
    const { ledger, pass } = open()
    await ledger.claim([key('1')], 'a', 20)
    await pass(30)
    expect(await ledger.claim([key('1')], 'b', leaseMs)).toEqual([claimed])
  })

  it('prolongs the leases of their owner and names those that somebody else has', async () => {
    const { ledger, pass } = open()
    await ledger.claim([key('1'), key('2')], 'a', 50)
    await ledger.claim([key('3')], 'b', leaseMs)
    expect(await ledger.renew([key('1'), key('3'), key('2')], 'a', leaseMs)).toEqual([lost('3')])
    await pass(60)
    const kinds = (await ledger.claim([key('1'), key('2')], 'b', leaseMs)).map(({ kind }) => kind)
    expect(kinds).toEqual(['held', 'held'])
  })

  it('prolongs a lease that ran out when nobody took the attempt, and gives it up when somebody did', async () => {
    const { ledger, pass } = open()
    await ledger.claim([key('1'), key('2')], 'a', 20)
    await pass(30)
    await ledger.claim([key('2')], 'b', leaseMs)
    expect(await ledger.renew([key('1'), key('2')], 'a', leaseMs)).toEqual([lost('2')])
  })

  it('names an attempt that is finished as one that is not held any more', async () => {
    const { ledger } = open()
    await ledger.claim([key('1')], 'a', leaseMs)
    await ledger.finish([{ key: key('1'), answer: 'x' }], keepMs)
    expect(await ledger.renew([key('1')], 'a', leaseMs)).toEqual([lost('1')])
  })

  it('tells whoever claims a finished attempt what was answered, its own owner too', async () => {
    const { ledger } = open()
    await ledger.claim([key('1')], 'a', leaseMs)
    expect(await ledger.finish([{ key: key('1'), answer: '{"é":"🥐"}' }], keepMs)).toEqual(['{"é":"🥐"}'])
    const done = { kind: 'done', answer: '{"é":"🥐"}' }
    expect(await ledger.claim([key('1')], 'a', leaseMs)).toEqual([done])
    expect(await ledger.claim([key('1')], 'b', leaseMs)).toEqual([done])
  })

  it('keeps the answer of whoever finished first, and gives it to whoever comes later', async () => {
    const { ledger, pass } = open()
    await ledger.claim([key('1')], 'a', 20)
    await pass(30)
    await ledger.claim([key('1')], 'b', leaseMs)
    expect(await ledger.finish([{ key: key('1'), answer: 'of a' }], keepMs)).toEqual(['of a'])
    const late = [
      { key: key('2'), answer: 'other' },
      { key: key('1'), answer: 'of b' },
    ]
    expect(await ledger.finish(late, keepMs)).toEqual(['other', 'of a'])
    expect(await ledger.claim([key('1')], 'b', leaseMs)).toEqual([{ kind: 'done', answer: 'of a' }])
  })

  it('lets a finish be repeated', async () => {
    const { ledger } = open()
    const finished = [{ key: key('1'), answer: 'x' }]
    await ledger.finish(finished, keepMs)
    expect(await ledger.finish(finished, keepMs)).toEqual(['x'])
  })

  it('forgets an answer after its time', async () => {
    const { ledger, pass } = open()
    await ledger.finish([{ key: key('1'), answer: 'x' }], 20)
    await pass(30)
    expect(await ledger.claim([key('1')], 'a', leaseMs)).toEqual([claimed])
  })

  it('takes back leases of their owner only, and no answers', async () => {
    const { ledger } = open()
    await ledger.claim([key('1')], 'a', leaseMs)
    await ledger.claim([key('2')], 'b', leaseMs)
    await ledger.finish([{ key: key('3'), answer: 'x' }], keepMs)
    await ledger.release([key('1'), key('2'), key('3'), key('4')], 'a')
    const kinds = (await ledger.claim([key('1'), key('2'), key('3'), key('4')], 'c', leaseMs)).map(
      ({ kind }) => kind,
    )
    expect(kinds).toEqual(['claimed', 'held', 'done', 'claimed'])
  })

  it('keeps attempts, objects and runs apart, whatever characters their ids are made of', async () => {
    const { ledger } = open()
    const runs = ['r', 'r}', '{r}', '%7D', 'r:1', '', 'é 🥐']
    const objects = ['1', '1:1', 'a b', '{x}', '__proto__', 'é']
    const keys = runs.flatMap((run) =>
      objects.flatMap((object) => [1, 2, 11].map((n) => key(object, n, run))),
    )
    await ledger.finish(
      keys.map((one) => ({ key: one, answer: JSON.stringify(one) })),
      keepMs,
    )
    const answers = (await ledger.claim(keys, 'a', leaseMs)).map(
      (claim) => claim.kind === 'done' && claim.answer,
    )
    expect(answers).toEqual(keys.map((one) => JSON.stringify(one)))
  })

  it('answers thousands of attempts of several runs in the order asked', async () => {
    const { ledger } = open()
    const keys = Array.from({ length: 6_001 }, (_, index) => key(`${index}`, 1, `run-${index % 3}`))
    const finished = keys
      .filter((_, index) => index % 7 === 0)
      .map((one) => ({ key: one, answer: one.objectId }))
    expect(await ledger.finish(finished, keepMs)).toEqual(finished.map(({ answer }) => answer))
    const claims = await ledger.claim(keys, 'a', leaseMs)
    const expected = keys.map(({ objectId }, index) =>
      index % 7 === 0 ? { kind: 'done', answer: objectId } : claimed,
    )
    expect(claims).toEqual(expected)
  })

  it('gives no attempt at an object once a newer one was claimed, not even to who holds it', async () => {
    const { ledger } = open()
    await ledger.claim([key('1')], 'a', leaseMs)
    expect(await ledger.claim([key('1', 3), key('2', 2)], 'b', leaseMs)).toEqual([claimed, claimed])
    const older = [key('1', 1), key('1', 2), key('2', 1), key('3', 1), key('1', 1, 'another run')]
    const claims = [superseded, superseded, superseded, claimed, claimed]
    expect(await ledger.claim(older, 'c', leaseMs)).toEqual(claims)
    expect(await ledger.renew([key('1', 1), key('1', 3)], 'a', leaseMs)).toEqual([lost('1'), lost('1', 3)])
    expect(await ledger.claim([key('1', 3), key('1', 4)], 'b', leaseMs)).toEqual([claimed, claimed])
    expect(await ledger.claim([key('1', 3)], 'b', leaseMs)).toEqual([superseded])
  })

  it('says what an attempt answered although a newer one was claimed', async () => {
    const { ledger } = open()
    await ledger.finish([{ key: key('1'), answer: 'x' }], keepMs)
    await ledger.claim([key('1', 2)], 'a', leaseMs)
    expect(await ledger.claim([key('1')], 'b', leaseMs)).toEqual([{ kind: 'done', answer: 'x' }])
  })

  it('takes answers as large as they may be', async () => {
    const { ledger } = open()
    const answer = 'x'.repeat(70_000)
    const finished = Array.from({ length: 120 }, (_, index) => ({ key: key(`${index}`), answer }))
    expect(await ledger.finish(finished, keepMs)).toEqual(finished.map(() => answer))
  })

  it('does nothing when asked for nothing', async () => {
    const { ledger } = open()
    expect(await ledger.claim([], 'a', leaseMs)).toEqual([])
    expect(await ledger.renew([], 'a', leaseMs)).toEqual([])
    expect(await ledger.finish([], keepMs)).toEqual([])
    await ledger.release([], 'a')
  })

  it('says that it is there', async () => {
    await expect(open().ledger.ping()).resolves.toBeUndefined()
  })
}
