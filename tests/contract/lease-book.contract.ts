// What every LeaseBook promises about the leases that workers take, whatever both stand on.

import { expect, it } from 'vitest'
import type { LeaseBook } from '../../orchestrator/ports/lease-book.ts'
import type { AttemptLedger } from '../../workers/ports/attempt-ledger.ts'

export interface BookUnderTest {
  readonly ledger: AttemptLedger
  readonly book: LeaseBook
  readonly nowMs: () => number
  /** Lets at least this much time pass for both. */
  readonly pass: (ms: number) => Promise<void>
}

const leaseMs = 60_000
const keepMs = 600_000
/** Two clocks that should be one may be this far apart. */
const skewMs = 2_000

/** `open` gives a ledger that nobody else has written to, and the orchestrator's view of it. */
export function leaseBookContract(open: () => BookUnderTest): void {
  const name = (objectId: string, attempt = 1, runId = 'run') => ({ runId, objectId, attempt })

  it('tells of attempts whose lease ran out, the longest dead first, and of no others', async () => {
    const { ledger, book, nowMs, pass } = open()
    await ledger.claim([name('late', 2)], 'a', 30)
    await ledger.claim([name('1:x {y}', 1, 'another {run}')], 'b', 10)
    await ledger.claim([name('alive')], 'a', leaseMs)
    await pass(50)
    const dead = [name('1:x {y}', 1, 'another {run}'), name('late', 2)]
    expect(await book.expired(nowMs(), 10)).toEqual(dead)
    expect(await book.expired(nowMs(), 1)).toEqual(dead.slice(0, 1))
    expect(await book.expired(nowMs() - leaseMs, 10)).toEqual([])
  })

  it('tells of nothing that rests, which leaves room for what does not', async () => {
    const { ledger, book, nowMs, pass } = open()
    const ill = Array.from({ length: 20 }, (_, index) => name(`${index}`, 1, 'ill'))
    await ledger.claim(ill, 'a', 10)
    await pass(20)
    await ledger.claim([name('x')], 'a', 10)
    await pass(20)
    expect(await book.expired(nowMs(), 10, ({ runId }) => runId === 'ill')).toEqual([name('x')])
  })

  it('tells of no attempt that was finished, released or revoked, or claimed anew', async () => {
    const { ledger, book, nowMs, pass } = open()
    const names = ['finished', 'released', 'revoked', 'renewed', 'taken', 'dead'].map((id) => name(id))
    await ledger.claim(names, 'a', 200)
    await ledger.finish([{ key: name('finished'), answer: 'x' }], keepMs)
    await ledger.release([name('released')], 'a')
    await book.revoke([name('revoked')])
    await ledger.renew([name('renewed')], 'a', leaseMs)
    await pass(220)
    await ledger.claim([name('taken')], 'b', leaseMs)
    expect(await book.expired(nowMs(), 10)).toEqual([name('dead')])
  })

  it('tells of nothing that it was told to forget, but of what was claimed and died again', async () => {
    const { ledger, book, nowMs, pass } = open()
    const names = [name('1'), name('2')]
    await ledger.claim(names, 'a', 10)
    await pass(20)
    await book.forget(names)
    await book.forget(names)
    expect(await book.expired(nowMs(), 10)).toEqual([])
    await ledger.claim([name('2')], 'b', 10)
    await pass(20)
    expect(await book.expired(nowMs(), 10)).toEqual([name('2')])
  })

  it('does not forget what was claimed meanwhile', async () => {
    const { ledger, book, nowMs, pass } = open()
    await ledger.claim([name('1')], 'a', 100)
    await book.forget([name('1')])
    await pass(120)
    expect(await book.expired(nowMs(), 10)).toEqual([name('1')])
  })

  it('knows a lease again that its owner renews after the store has lost it', async () => {
    const { ledger, book, nowMs, pass } = open()
    expect(await ledger.renew([name('1')], 'a', 20)).toEqual([])
    expect(await book.holders([name('1')])).toMatchObject([{ kind: 'held', owner: 'a' }])
    await pass(30)
    expect(await book.expired(nowMs(), 10)).toEqual([name('1')])
  })

  it('tells who holds an attempt and until when, in the order asked', async () => {
    const { ledger, book, nowMs, pass } = open()
    await ledger.claim([name('dead')], 'a', 10)
    await pass(20)
    await ledger.claim([name('1'), name('1', 1, 'other'), name('done')], 'zone/x y', leaseMs)
    await ledger.finish([{ key: name('done'), answer: 'x' }], keepMs)
    await book.revoke([name('revoked')])
    const asked = [
      name('1', 2),
      name('1'),
      name('done'),
      name('dead'),
      name('1', 1, 'other'),
      name('revoked'),
    ]
    const holders = await book.holders(asked)
    expect(holders.map(({ kind }) => kind)).toEqual(['free', 'held', 'over', 'free', 'held', 'over'])
    const held = holders[1]?.kind === 'held' ? holders[1] : undefined
    expect(held?.owner).toBe('zone/x y')
    expect(Math.abs((held?.untilMs ?? 0) - nowMs() - leaseMs)).toBeLessThan(skewMs)
  })

  it('has a revoked attempt refused to who claims it, and taken from who holds it', async () => {
    const { ledger, book } = open()
    await ledger.claim([name('1'), name('2')], 'a', leaseMs)
    await book.revoke([name('1'), name('3')])
    await book.revoke([name('1'), name('3')])
    const revoked = { kind: 'revoked' }
    expect(await ledger.claim([name('1'), name('3'), name('1', 2)], 'b', leaseMs)).toEqual([
      revoked,
      revoked,
      { kind: 'claimed' },
    ])
    const lost = [{ key: name('1'), because: 'revoked' }]
    expect(await ledger.renew([name('1'), name('2')], 'a', leaseMs)).toEqual(lost)
  })

  it('keeps the answer of a revoked attempt that was finished all the same, and of one revoked too late', async () => {
    const { ledger, book } = open()
    await book.revoke([name('1')])
    expect(await ledger.finish([{ key: name('1'), answer: 'x' }], keepMs)).toEqual(['x'])
    await book.revoke([name('1')])
    expect(await ledger.claim([name('1')], 'a', leaseMs)).toEqual([{ kind: 'done', answer: 'x' }])
  })

  it('answers for thousands of attempts of several runs', async () => {
    const { ledger, book, nowMs, pass } = open()
    const names = Array.from({ length: 3_001 }, (_, index) => name(`${index}`, 1, `run-${index % 3}`))
    await ledger.claim(names, 'a', leaseMs)
    expect(new Set((await book.holders(names)).map(({ kind }) => kind))).toEqual(new Set(['held']))
    await ledger.renew(names, 'a', 1)
    await pass(10)
    const dead = await book.expired(nowMs(), 10_000)
    expect(new Set(dead.map(({ objectId }) => objectId)).size).toBe(3_001)
    await book.forget(dead.slice(1))
    expect(await book.expired(nowMs(), 10_000)).toHaveLength(1)
    await book.revoke(names)
    expect(new Set((await ledger.claim(names, 'b', leaseMs)).map(({ kind }) => kind))).toEqual(
      new Set(['revoked']),
    )
  })

  it('does nothing when asked for nothing', async () => {
    const { book, nowMs } = open()
    expect(await book.expired(nowMs(), 10)).toEqual([])
    expect(await book.holders([])).toEqual([])
    await book.forget([])
    await book.revoke([])
  })
}
