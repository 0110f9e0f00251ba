// The build registry in memory keeps the promises of the port, and forgets in time.

import { describe, expect, it } from 'vitest'
import { MemoryBuildRegistry } from '../../orchestrator/adapters/memory/memory-build-registry.ts'
import { buildRegistryContract } from './build-registry.contract.ts'

describe('MemoryBuildRegistry', () => {
  buildRegistryContract(() => new MemoryBuildRegistry(() => 0))

  const claim = (runId: string) => ({ build: 'work', commit: 'x.1', runId, objectId: 'o', attempt: 1 })
  const answered = { runId: 'a', objectId: 'o', attempt: 1 }

  it('forgets a build that nobody answers after a day: who claims it then owns it', async () => {
    let nowMs = 0
    const registry = new MemoryBuildRegistry(() => nowMs)
    await registry.claim('g', [claim('a')])
    nowMs = 86_399_999
    expect(await registry.claim('g', [claim('b')])).not.toEqual([undefined])
    nowMs = 86_400_000
    expect(await registry.claim('g', [claim('c')])).toEqual([undefined])
    expect(await registry.close('g', [answered])).toEqual([[]])
  })

  it('forgets who had joined an hour after the answer', async () => {
    let nowMs = 0
    const registry = new MemoryBuildRegistry(() => nowMs)
    await registry.claim('g', [claim('a'), claim('b')])
    await registry.close('g', [answered])
    nowMs = 3_599_999
    expect((await registry.close('g', [answered]))[0]).toHaveLength(1)
    nowMs = 3_600_000
    expect(await registry.close('g', [answered])).toEqual([[]])
    expect(await registry.claim('g', [claim('b')])).toEqual([undefined])
  })

  it('knows of nothing after it has lost its data', async () => {
    const registry = new MemoryBuildRegistry(() => 0)
    await registry.claim('g', [claim('a'), claim('b')])
    registry.lose()
    expect(await registry.claim('g', [claim('b'), claim('a')])).toMatchObject([undefined, { runId: 'b' }])
  })
})
