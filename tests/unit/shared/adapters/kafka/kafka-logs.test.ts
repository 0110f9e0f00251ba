// How loud kafkajs may be.

import kafkajs from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { logCreatorOf } from '../../../../../shared/adapters/kafka/kafka-logs.ts'
import { recordingLogger } from '../../../../support/recording-logger.ts'

const { logLevel } = kafkajs

function logged(level: number, message: string, extra: Record<string, unknown> = {}) {
  const logger = recordingLogger()
  const log = { timestamp: 'now', logger: 'kafkajs', message, ...extra }
  logCreatorOf(logger)()({ namespace: 'Consumer', level, label: '', log })
  return logger.lines
}

describe('the log of kafkajs', () => {
  it.for([
    ['error', logLevel.ERROR, 'warn'],
    ['warning', logLevel.WARN, 'warn'],
    ['info', logLevel.INFO, 'debug'],
  ] as const)('writes its %s as what it is here', ([, level, expected]) => {
    const [line] = logged(level, 'something', { groupId: 'g', stack: 'at …' })
    expect(line).toMatchObject({
      level: expected,
      message: 'kafkajs Consumer: something',
      fields: { groupId: 'g' },
    })
    expect(line?.fields).not.toHaveProperty('stack')
    expect(line?.fields).not.toHaveProperty('timestamp')
  })

  it.for([
    ['Response GroupCoordinator(key: 10, version: 2)', { error: 'The group coordinator is not available' }],
    ['The group is rebalancing, re-joining', { error: 'The group is rebalancing, so a rejoin is needed' }],
  ] as const)('does not call the normal course of a group a warning: %s', ([message, extra]) => {
    expect(logged(logLevel.ERROR, message, extra)).toMatchObject([{ level: 'debug' }])
  })
})
