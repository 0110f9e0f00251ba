// Opening is idempotent by run id, and says truly who opened the run.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ApiHouse, apiHouse } from '../../../support/api-house.ts'

const objects = [{ id: 'a', layer: 1000 }]

describe('opening a run', () => {
  let house: ApiHouse

  beforeEach(async () => {
    house = await apiHouse()
  })
  afterEach(() => house.stop())

  const open = (body: object) => house.send('POST', '/api/v1/runs', { body })

  it('tells one of those who ask for the same id at the same time that it was opened, the others that it exists', async () => {
    const replies = await Promise.all(Array.from({ length: 5 }, () => open({ objects, run_id: 'one' })))
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 201])
    expect(replies.filter(({ json }) => json?.opened === true)).toHaveLength(1)
    const journalled = house.published.filter(({ value }) => `${value}`.includes('"run-opened"'))
    expect(journalled).toHaveLength(1)
  })

  it('does not let runs of different ids wait for each other', async () => {
    const replies = await Promise.all(['one', 'two'].map((id) => open({ objects, run_id: id })))
    expect(replies.map(({ status }) => status)).toEqual([201, 201])
  })
})
