// A link that is not simply required, as people read it.

import type { LinkPolicy } from '../orchestrator/core/graph/link-policy.ts'
import { spanInWords } from './duration.ts'

/** `optional`, `stale-ok up to 1 d 12 h`, `optional, waits until 07:30`. */
export function linkText({ kind, max_age_ms, wait_until }: LinkPolicy): string {
  const age = max_age_ms === undefined ? '' : ` up to ${spanInWords(max_age_ms)}`
  return `${kind}${age}${wait_until === undefined ? '' : `, waits until ${wait_until}`}`
}
