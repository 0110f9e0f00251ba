// Which fetches count after a join.

import { describe, expect, it } from 'vitest'
import { FetchFence } from '../../../../../shared/adapters/kafka/fetch-fence.ts'

describe('FetchFence', () => {
  it('is up while nothing was joined anew', () => {
    const fence = new FetchFence()
    fence.joined()
    fence.began('1')
    fence.began('2')
    expect(fence.isDown).toBe(false)
  })

  it('is down from a join until every loop that ran has begun again', () => {
    const fence = new FetchFence()
    fence.began('1')
    fence.began('2')
    fence.joined()
    expect(fence.isDown).toBe(true)
    fence.began('1')
    expect(fence.isDown).toBe(true)
    fence.began('2')
    expect(fence.isDown).toBe(false)
  })

  it('still waits for a loop that did not begin between two joins', () => {
    const fence = new FetchFence()
    fence.began('1')
    fence.began('2')
    fence.joined()
    fence.began('1')
    fence.joined()
    fence.began('1')
    expect(fence.isDown).toBe(true)
  })

  it('can be lifted for loops that never come back', () => {
    const fence = new FetchFence()
    fence.began('1')
    fence.joined()
    fence.lift()
    expect(fence.isDown).toBe(false)
  })
})
