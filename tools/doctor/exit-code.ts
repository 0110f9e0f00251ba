// What doctor ends with: whether all is well, something is broken, or only the question was wrong.

import { type ExitCode, exitCodes } from '../exit-codes.ts'
import type { Check } from './check.ts'
import type { ConsistencyReport } from './check-consistency.ts'
import { isMended } from './consistency/is-mended.ts'

/** `checks` are all of them, with that of `report`, which is undefined where there was nothing to compare. */
export function exitCodeOfDoctor(checks: readonly Check[], report: ConsistencyReport | undefined): ExitCode {
  const { findings = [], repairs = [], isUnknownRun = false } = report ?? {}
  const isBroken = checks.some(
    (check) => check.state === 'fail' && !(isUnknownRun && check === report?.check),
  )
  if (isBroken || !isMended(findings, repairs)) return exitCodes.unavailable
  // As `status` and `why` end when they are asked for a run that nobody knows.
  return isUnknownRun ? exitCodes.usage : exitCodes.done
}
