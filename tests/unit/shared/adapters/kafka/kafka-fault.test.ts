// Which errors of kafkajs mean "later" and which mean "no".

import { describe, expect, it } from 'vitest'
import { isMissingTopic, kafkaFault } from '../../../../../shared/adapters/kafka/kafka-fault.ts'
import { Fault } from '../../../../../shared/base/fault.ts'

const typed = (type: string) => Object.assign(new Error(type), { type })
const exhausted = (original: Error) =>
  Object.assign(new Error('retries exceeded'), { originalError: original })

describe('kafkaFault', () => {
  it.for(['MESSAGE_TOO_LARGE', 'TOPIC_AUTHORIZATION_FAILED', 'SASL_AUTHENTICATION_FAILED'])(
    'is TRANSPORT_REFUSED for %s, also as the cause of another error',
    (type) => {
      const errors = [typed(type), exhausted(typed(type)), new Error('outer', { cause: typed(type) })]
      const aggregate = Object.assign(new Error('several'), { errors: [typed(type)] })
      for (const error of [...errors, aggregate])
        expect(kafkaFault(error, 'x').code).toBe('TRANSPORT_REFUSED')
    },
  )

  it('is TRANSPORT_UNAVAILABLE for everything else, and keeps the cause', () => {
    const error = typed('LEADER_NOT_AVAILABLE')
    const fault = kafkaFault(error, '3 records were not stored')
    expect(fault).toMatchObject({ code: 'TRANSPORT_UNAVAILABLE', retryable: true, cause: error })
    expect(fault.message).toBe('3 records were not stored: LEADER_NOT_AVAILABLE')
    expect(kafkaFault('a text', 'x').code).toBe('TRANSPORT_UNAVAILABLE')
  })

  it('says what to do about a missing topic, which somebody may be about to create', () => {
    const error = exhausted(typed('UNKNOWN_TOPIC_OR_PARTITION'))
    expect(isMissingTopic(error)).toBe(true)
    expect(kafkaFault(error, 'x')).toMatchObject({ code: 'TRANSPORT_UNAVAILABLE' })
    expect(kafkaFault(error, 'x').message).toContain('create the topics first')
  })

  it('leaves a fault of the house as it is', () => {
    const fault = new Fault('TRANSPORT_REFUSED', 'no')
    expect(kafkaFault(fault, 'x')).toBe(fault)
  })

  it("ends on errors that are each other's cause", () => {
    const [a, b] = [new Error('a'), new Error('b')]
    a.cause = b
    b.cause = a
    expect(kafkaFault(a, 'x').code).toBe('TRANSPORT_UNAVAILABLE')
  })
})
