// The fenced sink takes each attempt once and nothing of an older one, also from loaders in other processes.

import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FencedSink } from '../../../../bench/chaos/oracle/fenced-sink.ts'
import { SinkClient } from '../../../../bench/chaos/oracle/sink-client.ts'

describe('the fenced sink', () => {
  let sink: FencedSink
  let client: SinkClient
  let another: FencedSink

  beforeEach(async () => {
    sink = new FencedSink()
    client = new SinkClient(await sink.listen())
    another = new FencedSink()
  })
  afterEach(() => Promise.all([sink.close(), another.close()]))

  const apply = (objectId: string, attempt: number) => client.apply({ runId: 'r', objectId, attempt })

  it('applies an attempt once', async () => {
    expect(await apply('a', 1)).toBe('applied')
    expect(await apply('a', 1)).toBe('repeated')
    expect(sink.effects).toEqual([{ object: 'r/a', attempt: 1 }])
  })

  it('applies a newer attempt and refuses an older one', async () => {
    expect(await apply('a', 1)).toBe('applied')
    expect(await apply('a', 3)).toBe('applied')
    expect(await apply('a', 2)).toBe('old')
    expect(sink.standing('r/a')).toBe(3)
    expect(sink.standing('r/b')).toBeUndefined()
    expect(sink.answers).toEqual({ applied: 2, repeated: 0, old: 1 })
  })

  it('answers in the order of the questions, however many are asked at a time', async () => {
    const asked = [apply('a', 2), apply('a', 1), apply('b', 1), apply('a', 2), apply('b', 1)]
    expect(await Promise.all(asked)).toEqual(['applied', 'old', 'applied', 'repeated', 'repeated'])
  })

  it('goes on when a loader is killed in the middle of its connection', async () => {
    const port = await another.listen()
    const killed = connect(port, '127.0.0.1')
    killed.write('r/a 1\nr/a')
    await once(killed, 'data')
    killed.resetAndDestroy()
    expect(await new SinkClient(port).apply({ runId: 'r', objectId: 'a', attempt: 1 })).toBe('repeated')
  })

  it('tells a loader that the sink is gone', async () => {
    expect(await apply('a', 1)).toBe('applied')
    await sink.close()
    await expect(apply('a', 2)).rejects.toThrow()
  })
})
