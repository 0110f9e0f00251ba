// Work called from many sides is done one at a time, in order.

import { describe, expect, it } from 'vitest'
import { OneAtATime } from '../../../../shared/service/one-at-a-time.ts'

describe('OneAtATime', () => {
  it('runs work in the order of the calls, one after the other', async () => {
    const turns = new OneAtATime()
    const seen: string[] = []
    const work = (name: string) => async () => {
      seen.push(`${name} begins`)
      await Promise.resolve()
      seen.push(`${name} ends`)
      return name
    }
    expect(await Promise.all([turns.run(work('a')), turns.run(work('b'))])).toEqual(['a', 'b'])
    expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
  })

  it('goes on after work that failed, and tells only its caller', async () => {
    const turns = new OneAtATime()
    const failed = turns.run(async () => {
      throw new Error('no')
    })
    const next = turns.run(async () => 'yes')
    await expect(failed).rejects.toThrow('no')
    expect(await next).toBe('yes')
  })
})
