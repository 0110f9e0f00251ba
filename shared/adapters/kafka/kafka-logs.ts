// kafkajs' log lines as lines of the house.

import kafkajs, { type LogEntry } from 'kafkajs'
import type { Logger } from '../../ports/logger.ts'

/** Words of kafkajs that sound like trouble and are the normal course of a group or of a broker that starts. */
const normalCourse =
  /group coordinator is not available|is rebalancing|not the coordinator|not aware of this member|coordinator not aware|not the leader for that topic-partition|topic creation errors/i

/**
 * Gives kafkajs a log that writes to `logger`: its errors are warnings here, because it tries again by
 * itself and what it gives up is a Fault or a fatal error of this house, and its infos are for debugging.
 */
export function logCreatorOf(logger: Logger): () => (entry: LogEntry) => void {
  return () =>
    ({ level, log, namespace }) => {
      const { message, timestamp: _, logger: __, stack: ___, ...fields } = log
      const line = `kafkajs ${namespace}: ${message}`
      const reason = `${message} ${fields.error ?? ''}`
      if (level > kafkajs.logLevel.WARN) logger.debug(line, fields)
      else if (normalCourse.test(reason)) logger.debug(line, fields)
      else logger.warn(line, fields)
    }
}
