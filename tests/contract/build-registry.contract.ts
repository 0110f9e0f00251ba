// What every BuildRegistry promises, whatever it stands on.

import { expect, it } from 'vitest'
import type { BuildRegistry } from '../../orchestrator/ports/build-registry.ts'
import type { AttemptName } from '../../orchestrator/ports/lease-book.ts'

const group = '2026-11-21 default'

/** `open` gives a registry that nobody else has written to. */
export function buildRegistryContract(open: () => BuildRegistry): void {
  const of = (runId: string, attempt = 1, objectId = 'o'): AttemptName => ({ runId, objectId, attempt })
  const [a, b, c] = [of('a'), of('b'), of('c')]

  /** One claim: `own` when the attempt is to be announced, else the attempt that was. */
  async function claim(registry: BuildRegistry, attempt: AttemptName, build = 'work', inGroup = group) {
    const [owner] = await registry.claim(inGroup, [{ build, commit: 'x.1', ...attempt }])
    return owner ?? 'own'
  }
  const close = async (registry: BuildRegistry, runId: string, attempt: number) =>
    (await registry.close(group, [{ runId, objectId: 'o', attempt }]))[0]

  it('gives a build to the first who claims it, and says to the others whose it is', async () => {
    const registry = open()
    const claims = [a, b, c].map((attempt) => ({ build: 'work', commit: 'x.1', ...attempt }))
    expect(await registry.claim(group, claims)).toEqual([undefined, a, a])
  })

  it('gives the same answer to the same claim again', async () => {
    const registry = open()
    for (let time = 0; time < 3; time++) {
      expect(await claim(registry, a)).toBe('own')
      expect(await claim(registry, b)).toEqual(a)
    }
    expect(await close(registry, 'a', 1)).toEqual([b])
  })

  it('keeps other work, other groups and other objects apart', async () => {
    const registry = open()
    await claim(registry, a)
    expect(await claim(registry, b, 'other work')).toBe('own')
    expect(await claim(registry, b, 'work', '2026-11-22 default')).toBe('own')
    expect(await claim(registry, of('b', 1, 'p'), 'work of p')).toBe('own')
  })

  it('tells who had joined when the owner is answered, and the same when the answer comes again', async () => {
    const registry = open()
    for (const attempt of [a, b, c]) await claim(registry, attempt)
    expect((await close(registry, 'a', 1))?.toSorted(byRun)).toEqual([b, c])
    expect((await close(registry, 'a', 1))?.toSorted(byRun)).toEqual([b, c])
    expect(await close(registry, 'b', 1)).toEqual([])
  })

  it('tells of each attempt who had joined that one', async () => {
    const registry = open()
    for (const attempt of [a, b]) await claim(registry, attempt)
    await close(registry, 'a', 1)
    for (const attempt of [of('a', 2), c]) await claim(registry, attempt)
    expect(await close(registry, 'a', 2)).toEqual([c])
    expect(await close(registry, 'a', 1)).toEqual([b])
  })

  it('tells of nobody when nobody had joined, or nothing was claimed', async () => {
    const registry = open()
    await claim(registry, a)
    expect(await close(registry, 'a', 1)).toEqual([])
    expect(await close(registry, 'nobody', 1)).toEqual([])
  })

  it('opens a new build for who comes after the answer', async () => {
    const registry = open()
    await claim(registry, a)
    await close(registry, 'a', 1)
    expect(await claim(registry, b)).toBe('own')
    expect(await claim(registry, c)).toEqual(b)
    expect(await close(registry, 'b', 1)).toEqual([c])
  })

  it('still says that an attempt had joined when it claims again after the answer', async () => {
    const registry = open()
    await claim(registry, a)
    await claim(registry, b)
    await close(registry, 'a', 1)
    expect(await claim(registry, b)).toEqual(a)
    await claim(registry, c)
    expect(await claim(registry, b)).toEqual(a)
    expect(await close(registry, 'c', 1)).toEqual([])
    expect(await claim(registry, of('b', 2))).toBe('own')
  })

  it('takes the same attempt of another commit for another decision, because the first was lost', async () => {
    const registry = open()
    await claim(registry, a)
    await claim(registry, b)
    await close(registry, 'a', 1)
    const again = { build: 'work', commit: 'x.2', ...b }
    expect(await registry.claim(group, [again])).toEqual([undefined])
  })

  it('tells every attempt of a run that joined, where it decided anew and nobody knows which is out', async () => {
    const registry = open()
    for (const attempt of [a, of('b', 3), of('b', 2)]) await claim(registry, attempt)
    const told = (await close(registry, 'a', 1))?.map(({ attempt }) => attempt)
    expect(told?.toSorted()).toEqual([2, 3])
  })

  it('is closed by any attempt of its owner from the last one claimed on, where it decided anew', async () => {
    const registry = open()
    for (const attempt of [of('a', 3), b, of('a', 2)]) await claim(registry, attempt)
    expect(await close(registry, 'a', 1)).toEqual([])
    expect(await close(registry, 'a', 3)).toEqual([b])
    await claim(registry, of('a', 4))
    await claim(registry, of('b', 4))
    await claim(registry, of('a', 2))
    expect(await close(registry, 'a', 2)).toEqual([of('b', 4)])
  })

  it("keeps who joined when a later attempt of the owner's run takes its place", async () => {
    const registry = open()
    await claim(registry, a)
    await claim(registry, b)
    expect(await claim(registry, of('a', 2))).toBe('own')
    expect(await claim(registry, c)).toEqual(of('a', 2))
    expect(await close(registry, 'a', 1), 'it owns nothing any more').toEqual([])
    expect((await close(registry, 'a', 2))?.toSorted(byRun)).toEqual([b, c])
  })

  it('lets a later attempt join what was announced since, and take over from who was not', async () => {
    const registry = open()
    await claim(registry, a)
    await claim(registry, b)
    await claim(registry, c)
    await claim(registry, of('a', 2))
    expect(await claim(registry, of('b', 2))).toEqual(of('a', 2))
    expect(await claim(registry, b), 'what is late has joined').toEqual(of('a', 2))
    expect(await claim(registry, of('b', 3)), 'it has waited for a/2 in vain').toBe('own')
    expect(await close(registry, 'a', 2)).toEqual([])
    expect(await claim(registry, of('a', 3))).toEqual(of('b', 3))
    expect((await close(registry, 'b', 3))?.toSorted(byRun)).toEqual([of('a', 3), c])
  })

  it('says whom an attempt waits for, as long as it does', async () => {
    const registry = open()
    for (const attempt of [a, b, of('a', 2)]) await claim(registry, attempt)
    const asked = [b, of('b', 2), of('a', 2), of('x')]
    expect(await registry.ownersOf(group, asked)).toEqual([of('a', 2), undefined, undefined, undefined])
    await close(registry, 'a', 2)
    expect(await registry.ownersOf(group, [b])).toEqual([undefined])
  })

  it('lets one who joined leave, and tells the rest', async () => {
    const registry = open()
    for (const attempt of [a, b, c]) await claim(registry, attempt)
    expect(await registry.leave(group, [b])).toEqual([])
    expect(await registry.ownersOf(group, [b, c])).toEqual([undefined, a])
    expect(await close(registry, 'a', 1)).toEqual([c])
  })

  it('lets one who has left take the build over with its next attempt, and tells it nothing before', async () => {
    const registry = open()
    for (const attempt of [a, b, c]) await claim(registry, attempt)
    await registry.leave(group, [b])
    expect(await claim(registry, b), 'what is late has joined').toEqual(a)
    expect(await claim(registry, of('b', 2))).toBe('own')
    expect(await close(registry, 'a', 1)).toEqual([])
    expect(await close(registry, 'b', 2)).toEqual([c])
  })

  it('keeps the attempt of an owner that leaves until the last who joined leaves too', async () => {
    const registry = open()
    for (const attempt of [a, b, c]) await claim(registry, attempt)
    expect(await registry.leave(group, [a])).toEqual([])
    expect(await registry.leave(group, [b])).toEqual([])
    expect(await registry.leave(group, [c])).toEqual([a])
    expect(await claim(registry, of('d')), 'nobody may join what is given up').toBe('own')
  })

  it('gives what was announced again to the last who left, should the reply be lost', async () => {
    const registry = open()
    for (const attempt of [a, b, c]) await claim(registry, attempt)
    for (let time = 0; time < 2; time++) {
      await registry.leave(group, [b, a])
      if (time === 0) expect(await registry.leave(group, [c])).toEqual([a])
      expect(await registry.leave(group, [c])).toEqual([c, a])
    }
    expect(await registry.leave(group, [b]), 'it was not the last').toEqual([b])
  })

  it('tells who joined of the answer although the owner has left, and lets others join it', async () => {
    const registry = open()
    await claim(registry, a)
    await claim(registry, b)
    await registry.leave(group, [a])
    expect(await claim(registry, c)).toEqual(a)
    expect((await close(registry, 'a', 1))?.toSorted(byRun)).toEqual([b, c])
  })

  it('lets an attempt that left before it claims neither open a build nor take one over', async () => {
    const registry = open()
    expect(await registry.leave(group, [a])).toEqual([a])
    expect(await claim(registry, a)).toBe('own')
    expect(await claim(registry, b)).toBe('own')
    expect(await claim(registry, c)).toEqual(b)
    expect(await registry.leave(group, [of('b', 2)])).toEqual([of('b', 2)])
    expect(await claim(registry, of('b', 2))).toBe('own')
    expect(await close(registry, 'b', 1)).toEqual([c])
  })

  it('says of an attempt that joined and left whom it had joined, and does not let it join again', async () => {
    const registry = open()
    for (const attempt of [a, b, c]) await claim(registry, attempt)
    await registry.leave(group, [b])
    expect(await claim(registry, b)).toEqual(a)
    expect(await close(registry, 'a', 1)).toEqual([c])
  })

  it('has one build of an object for each owner: what it claims of other work is announced and not shared', async () => {
    const registry = open()
    expect([await claim(registry, a), await claim(registry, a, 'other work')]).toEqual(['own', 'own'])
    expect(await claim(registry, c)).toEqual(a)
    expect(await claim(registry, b, 'other work')).toBe('own')
    expect(await claim(registry, a, 'other work')).toBe('own')
    expect(await close(registry, 'a', 1)).toEqual([c])
    expect(await claim(registry, of('d'))).toBe('own')
  })

  it('tells of both who joined one build and then announced other work', async () => {
    const registry = open()
    for (const attempt of [a, b]) await claim(registry, attempt)
    expect(await claim(registry, b, 'other work')).toBe('own')
    expect(await claim(registry, c, 'other work')).toEqual(b)
    expect(await close(registry, 'a', 1)).toEqual([b])
    expect(await close(registry, 'b', 1)).toEqual([c])
    expect(await claim(registry, of('d'), 'other work')).toBe('own')
  })

  it('gives back at once what is nobody’s, also when that is asked twice', async () => {
    const registry = open()
    await claim(registry, a)
    expect(await registry.leave(group, [a, of('never claimed'), of('a', 7)])).toEqual([
      a,
      of('never claimed'),
      of('a', 7),
    ])
    expect(await registry.leave(group, [a])).toEqual([a])
  })

  it('gives back an attempt that another run has taken over from, and no more', async () => {
    const registry = open()
    await claim(registry, a)
    await claim(registry, b)
    await claim(registry, of('b', 2))
    expect(await registry.leave(group, [a])).toEqual([a])
    expect(await claim(registry, c)).toEqual(of('b', 2))
  })

  it('takes names of any characters, and thousands at once', async () => {
    const registry = open()
    const odd = ['a b', '{x}', 'é 🥐', '__proto__', '1', 'r:1:2', '']
    const claims = odd.flatMap((runId) => odd.map((objectId) => ({ runId, objectId, attempt: 1 })))
    const builds = claims.map((attempt) => ({
      build: `the work of ${attempt.objectId}`,
      commit: 'x.1',
      ...attempt,
    }))
    const owners = await registry.claim('{group} é', builds)
    expect(owners.slice(0, odd.length)).toEqual(odd.map(() => undefined))
    expect(owners.slice(odd.length)).toEqual(
      claims.slice(odd.length).map(({ objectId }) => ({ runId: 'a b', objectId, attempt: 1 })),
    )
    const many = Array.from({ length: 1_234 }, (_, index) => of('m', 1, String(index)))
    await registry.claim(
      group,
      many.map((attempt) => ({ build: attempt.objectId, commit: 'x.1', ...attempt })),
    )
    const others = many.map(({ objectId }) => ({ build: objectId, commit: 'x.1', ...of('n', 3, objectId) }))
    expect(await registry.claim(group, others)).toEqual(many)
    const joined = await registry.close(group, many)
    expect(joined).toEqual(many.map(({ objectId }) => [of('n', 3, objectId)]))
    expect(await registry.leave(group, many)).toEqual(many)
  })

  it('takes empty lists', async () => {
    const registry = open()
    expect(await registry.claim(group, [])).toEqual([])
    expect(await registry.close(group, [])).toEqual([])
    expect(await registry.leave(group, [])).toEqual([])
    expect(await registry.ownersOf(group, [])).toEqual([])
  })
}

function byRun(one: AttemptName, other: AttemptName): number {
  return one.runId < other.runId ? -1 : 1
}
