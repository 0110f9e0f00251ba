// The life of a program as a process: start, stop at a signal or when something is dead for good, exit code.

import { Fault, messageOf } from '../../base/fault.ts'
import type { Logger } from '../../ports/logger.ts'
import type { Service } from '../../service/service.ts'
import { onStopSignal } from './process-signals.ts'

export interface ProgramLife<Program extends Service> {
  readonly logger: Logger & { flush(): Promise<void> }
  /** Makes the program; `onFatal` ends it with exit code 1. */
  readonly make: (onFatal: (error: Error) => void) => Promise<Program>
  /** Called once it is started. */
  readonly started?: (program: Program) => void
}

/** 0: stopped by a signal; 1: died; 2: the configuration, a file or the policy of Redis is wrong. */
export type EndCode = 0 | 1 | 2

/** Resolves when all is over, with the code the process should end with. */
export async function runProgram<Program extends Service>({
  logger,
  make,
  started,
}: ProgramLife<Program>): Promise<EndCode> {
  let end = (_code: EndCode) => {}
  const ended = new Promise<EndCode>((resolve) => {
    end = resolve
  })
  onStopSignal((signal) => {
    logger.info('stopping', { signal })
    end(0)
  })
  const died = (error: unknown) => {
    logger.error('the program must end', {
      error: messageOf(error),
      ...(error instanceof Fault ? { code: error.code } : {}),
    })
    end(isOfInput(error) ? 2 : 1)
  }
  try {
    const service = await make(died)
    void service.start().then(() => started?.(service), died)
    const code = await ended
    await service.stop()
    return code
  } catch (error) {
    died(error)
    return ended
  } finally {
    await logger.flush()
  }
}

function isOfInput(error: unknown): boolean {
  return (
    error instanceof Fault &&
    ['CONFIG_INVALID', 'WORKFLOW_INVALID', 'FILE_UNREADABLE', 'STORE_UNSAFE'].includes(error.code)
  )
}
