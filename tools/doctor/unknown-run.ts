// A run that doctor was asked for and nobody knows: said as everywhere.

import { runNotKept } from '../../orchestrator/core/run/unknown.ts'
import { type Check, fail } from './check.ts'

export function unknownRun(runId: string, advice: string): Check {
  return fail('consistency', runNotKept(runId).message, advice)
}
