// The first of many that are tried again: the others wait for what becomes of it.

import type { DeadLetterResource } from '../../shared/api/dead-letter-resource.ts'
import type { FactLine } from '../../shared/api/run-resource.ts'
import { Fault } from '../../shared/base/fault.ts'
import { type Clock, sleep } from '../../shared/ports/clock.ts'
import type { ApiClient } from '../client/api-client.ts'

export type CanaryOutcome =
  | { readonly kind: 'well' | 'interrupted' }
  | { readonly kind: 'failed' | 'timed-out'; readonly message: string }

export interface CanaryWatch {
  readonly client: Pick<ApiClient, 'followFacts' | 'listLetters'>
  readonly clock: Clock
  readonly timeoutMs: number
  /** Aborted: nobody waits for it any more. */
  readonly signal: AbortSignal
}

/** A record that cannot be read is back among the dead letters after this time, if it comes back. */
const longestReturnMs = 5_000
const lookEveryMs = 500

/** Settles when it is known what became of an entry that was just tried again, or when the time is up. */
export async function canaryOutcome(watch: CanaryWatch, entry: DeadLetterResource): Promise<CanaryOutcome> {
  const over = new AbortController()
  const end = () => over.abort()
  watch.signal.addEventListener('abort', end)
  const timer = watch.clock.after(watch.timeoutMs, end)
  if (watch.signal.aborted) end()
  try {
    const known =
      entry.kind === 'object'
        ? await objectOutcome(watch.client, entry, over.signal)
        : await recordOutcome(watch, entry, over.signal)
    if (known !== undefined) return known
    if (watch.signal.aborted) return { kind: 'interrupted' }
    return { kind: 'timed-out', message: `nothing was heard of it in ${watch.timeoutMs / 1_000} s` }
  } finally {
    timer.cancel()
    watch.signal.removeEventListener('abort', end)
  }
}

async function objectOutcome(
  client: CanaryWatch['client'],
  { run_id, object_id, attempts }: DeadLetterResource,
  signal: AbortSignal,
): Promise<CanaryOutcome | undefined> {
  let isRetried = false
  try {
    for await (const fact of client.followFacts(run_id ?? '', { signal })) {
      if (fact.type === 'run-ended' && isRetried)
        return { kind: 'failed', message: `its run ended before it: ${fact.state}` }
      if (fact.object_id !== object_id) continue
      if (fact.type === 'object-failed' && fact.attempt === attempts) isRetried = false
      else if (fact.type === 'object-retried') isRetried = true
      else if (isRetried) {
        const outcome = outcomeOf(fact)
        if (outcome !== undefined) return outcome
      }
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return { kind: 'failed', message: `it cannot be followed: ${error.message}` }
  }
  return undefined
}

/** A dead worker, or one that did not begin, is no failure of the object: its next attempt is the one that counts. */
function outcomeOf(fact: FactLine): CanaryOutcome | undefined {
  const error = fact.error as { readonly code: string; readonly detail: string } | undefined
  switch (fact.type) {
    case 'object-loaded':
    case 'object-marked-loaded':
    case 'object-skipped':
    case 'late-result-accepted':
      return { kind: 'well' }
    case 'object-retry-scheduled':
      if (fact.given_up === 'lost' || fact.given_up === 'not-begun') return undefined
      return { kind: 'failed', message: `${error?.code} ${error?.detail}` }
    case 'object-failed':
      return { kind: 'failed', message: `${error?.code} ${error?.detail}` }
    case 'object-cancelled':
      return { kind: 'failed', message: 'its run was cancelled' }
    default:
      return undefined
  }
}

/** Nothing says that a record was understood: only that it did not come back. */
async function recordOutcome(
  { client, clock, timeoutMs }: CanaryWatch,
  { id }: DeadLetterResource,
  signal: AbortSignal,
): Promise<CanaryOutcome | undefined> {
  const untilMs = clock.nowMs() + Math.min(longestReturnMs, timeoutMs - lookEveryMs)
  for (;;) {
    const { entries } = await client.listLetters({ state: 'open', category: 'unreadable', limit: 100 })
    const back = entries.find(({ retry_of }) => retry_of === id)
    if (back !== undefined) return { kind: 'failed', message: `it came back as ${back.id}: ${back.message}` }
    if (signal.aborted) return undefined
    if (clock.nowMs() >= untilMs) return { kind: 'well' }
    await sleep(clock, lookEveryMs, signal)
  }
}
