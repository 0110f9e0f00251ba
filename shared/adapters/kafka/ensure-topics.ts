// Creates the topics of the house at the start of a program, where the program may.

import { isRetryable, messageOf } from '../../base/fault.ts'
import type { KafkaConfig } from '../../config/shared-settings.ts'
import type { Topics } from '../../events/topics.ts'
import type { Logger } from '../../ports/logger.ts'
import type { KafkaOptions } from './kafka-options.ts'
import { KafkaTopics } from './kafka-topics.ts'
import { topicSpecs } from './topic-specs.ts'

/** Leaves what is there as it is; where topics may not be created, warns: then they must exist. Rejects with TRANSPORT_UNAVAILABLE. */
export async function ensureTopics(
  config: { readonly topics: Topics; readonly kafka: KafkaConfig },
  options: KafkaOptions,
  logger: Logger,
): Promise<void> {
  const topics = new KafkaTopics(options, logger)
  try {
    const { created } = await topics.create(topicSpecs(config.topics, config.kafka))
    if (created.length > 0) logger.info('topics created', { topics: created })
  } catch (error) {
    if (isRetryable(error)) throw error
    logger.warn('topics cannot be created here, they must exist', { error: messageOf(error) })
  } finally {
    await topics.close()
  }
}
