// A Ready event of a newer release at a worker of today: its attempt is answered as failed, and another may reach a newer worker.

import { expect, it } from 'vitest'
import type { Loader } from '../../../workers/ports/loader.ts'
import { readyEvent, ZoneBench } from '../../support/zone-bench.ts'

it('is not loaded, and answered in a way that is tried again', async () => {
  const bench = new ZoneBench()
  const loaded: string[] = []
  const loader: Loader = { name: 'any', load: async ({ id }) => ({ info: String(loaded.push(id)) }) }
  const zone = bench.zone(loader)
  await zone.start()
  await bench.send([
    JSON.stringify(readyEvent({ id: '1001', v: 2 })),
    JSON.stringify(readyEvent({ id: '1002', v: 1 })),
  ])
  await bench.clock.advance(0)
  const answers = await bench.answers()
  expect(answers).toHaveLength(2)
  expect(answers).toContainEqual(
    expect.objectContaining({
      ...{ objectId: '1001', kind: 'failed', attempt: 1 },
      error: {
        code: 'FORMAT_NEWER',
        retryable: true,
        detail: 'the Ready event of 1001 is of version 2, this program knows 1: update it (docs/upgrades.md)',
      },
    }),
  )
  expect(loaded).toEqual(['1002'])
  expect(bench.unfinished()).toBe(0)
  await bench.stopped(zone)
})
