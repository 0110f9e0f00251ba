// An outage is readable in the log.

import { describe, expect, it } from 'vitest'
import { connectionLog } from '../../../../../shared/adapters/redis/connection-log.ts'
import { recordingLogger } from '../../../../support/recording-logger.ts'

describe('connectionLog', () => {
  const build = () => {
    const logger = recordingLogger()
    const clock = { atMs: 0 }
    return { logger, clock, log: connectionLog(logger, () => clock.atMs) }
  }

  it('tells the first trouble at once, then one line in ten seconds with the number left unsaid', () => {
    const { logger, clock, log } = build()
    for (clock.atMs = 0; clock.atMs <= 10_000; clock.atMs += 1_000) log.failed(new Error(`at ${clock.atMs}`))
    expect(logger.lines.map((line) => line.fields)).toEqual([
      { error: 'at 0', unsaid: 0 },
      { error: 'at 10000', unsaid: 9 },
    ])
  })

  it('says nothing of a connection that simply works', () => {
    const { logger, log } = build()
    log.ready()
    expect(logger.lines).toEqual([])
  })

  it('says once that the trouble is over', () => {
    const { logger, log } = build()
    log.failed('gone')
    log.ready()
    log.ready()
    expect(logger.messages('info')).toEqual(['Redis is reachable again'])
  })

  it('stays quiet about a connection that comes and goes many times a second', () => {
    const { logger, clock, log } = build()
    for (clock.atMs = 0; clock.atMs < 9_000; clock.atMs += 100) {
      log.failed('gone')
      log.ready()
    }
    expect(logger.lines).toHaveLength(2)
  })
})
