// A run as one line per change of state: for pipes, logs and continuous integration.

import type { FactLine } from '../../shared/api/run-resource.ts'
import { handSuffix } from '../../shared/base/hand-suffix.ts'
import { spanInWords } from '../duration.ts'
import { counted } from '../validation.ts'
import { degradedText } from './degraded-text.ts'
import { noteOf, type RunProgress } from './run-progress.ts'

/** The line for a fact, or undefined when it says nothing worth a line. */
export function plainLine(fact: FactLine, progress: RunProgress): string | undefined {
  const label = typeof fact.object_id === 'string' ? progress.label(fact.object_id) : ''
  const at = `+${spanInWords(fact.at_ms - (progress.openedAtMs ?? fact.at_ms))}`.padEnd(9)
  switch (fact.type) {
    case 'run-opened':
      return `${at} opened    run ${fact.run_id}: ${counted(Number(fact.objects), 'object')}`
    case 'object-ready':
      return `${at} ready     ${label}${Number(fact.attempt) > 1 ? ` (attempt ${fact.attempt})` : ''}${degradedText(fact)}`
    case 'object-loaded':
      return `${at} loaded    ${label}${fact.info ? `: ${fact.info}` : ''}`
    case 'object-reused':
      return `${at} reused    ${label}`
    case 'object-retry-scheduled': {
      const { attempt, code, detail } = noteOf(fact, label)
      const wait = spanInWords(Number(fact.due_at_ms) - fact.at_ms)
      return `${at} retry     ${label}: attempt ${attempt} ${whatBecame(fact, code)} ${code} ${detail}; again in ${wait}`
    }
    case 'object-failed': {
      const { attempt, code, detail } = noteOf(fact, label)
      return `${at} failed    ${label}: ${code} ${detail} (attempt ${attempt})`
    }
    case 'object-blocked':
      return `${at} blocked   ${label}: needs ${progress.label(String(fact.by))}, which failed`
    case 'object-cancelled':
      return `${at} cancelled ${label}`
    default:
      return byHandLine(fact, at, label)
  }
}

/** A breaker refuses what it then did not begin; what was lost may have been begun, and its detail says what befell it. */
function whatBecame({ given_up }: FactLine, code: string): string {
  if (given_up !== 'lost' && given_up !== 'not-begun') return 'failed with'
  return code === 'ATTEMPT_LOST' ? 'was lost:' : 'was not begun:'
}

/** What people did, and what came too late. */
function byHandLine(fact: FactLine, at: string, label: string): string | undefined {
  const who = handSuffix({ by: fact.by, reason: fact.reason }).trimStart()
  switch (fact.type) {
    case 'late-result':
      return `${at} late      ${label}: attempt ${fact.attempt} was ${fact.outcome} after it had been given up`
    case 'late-result-accepted':
      return `${at} loaded    ${label}: the late result of attempt ${fact.attempt} was accepted ${who}`
    case 'object-marked-loaded':
      return `${at} loaded    ${label}: marked ${who}`
    case 'object-skipped':
      return `${at} skipped   ${label} ${who}`
    case 'object-retried':
      return `${at} retried   ${label} ${who}`
    case 'run-paused':
      return `${at} paused    ${who}`
    case 'run-resumed':
      return `${at} resumed   ${who}`
    case 'run-reopened':
      return `${at} reopened  ${who}`
    default:
      return undefined
  }
}

/** The last line of every run: how it ended, the totals and the time. */
export function endLine(ended: FactLine): string {
  const counts = Object.entries(ended.counts ?? {}).filter(([, count]) => Number(count) > 0)
  const totals = counts.map(([state, count]) => `${count} ${state}`).join(', ')
  const early = handSuffix({ by: ended.by, reason: ended.reason }).replace(/^:? /, '')
  const degraded = ended.degraded === undefined ? '' : `, ${ended.degraded} degraded`
  return `run ${ended.run_id} ${ended.state}${early === '' ? '' : ` (${early})`}: ${totals}${degraded} in ${spanInWords(Number(ended.duration_ms))}`
}
