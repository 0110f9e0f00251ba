// What ends the attempt that is out, whoever says it.

import type { RunFact } from '../../../orchestrator/core/run/run-fact.ts'

export const endsAttempt: ReadonlySet<RunFact['type']> = new Set([
  'object-loaded',
  'object-failed',
  'object-retry-scheduled',
  'object-cancelled',
  'object-marked-loaded',
  'object-skipped',
  'late-result-accepted',
])
