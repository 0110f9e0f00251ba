// Acts on dead letters one after the other: not faster than wished, the first one as a canary, and to be stopped in between.

import type { DeadLetterResource, LetterCommand } from '../../shared/api/dead-letter-resource.ts'
import { sleep } from '../../shared/ports/clock.ts'
import type { ApiClient } from '../client/api-client.ts'
import { type CanaryOutcome, type CanaryWatch, canaryOutcome } from './canary.ts'

export interface Redrive extends Omit<CanaryWatch, 'client'> {
  readonly client: Pick<ApiClient, 'actOnLetter'> & CanaryWatch['client']
  readonly command: LetterCommand
  readonly hand: { readonly by: string; readonly reason?: string }
  /** At most so many a second. */
  readonly rate: number
  readonly hasCanary: boolean
  /** Told of each, and of how far it is. */
  readonly done: (step: RedriveStep, count: number) => void
  readonly awaits: (entry: DeadLetterResource) => void
}

export interface RedriveStep {
  readonly id: string
  readonly changed: boolean
  readonly message: string
}

export interface RedriveEnd {
  /** How many were acted upon, also in vain. */
  readonly count: number
  /** How many of these were changed. */
  readonly changed: number
  /** What became of the one that the others waited for; undefined: there was none to wait for. */
  readonly canary: (CanaryOutcome & { readonly id: string }) | undefined
}

/** `entries` in their order. Rejects as the client does; those told to `done` are done. */
export async function redrive(wish: Redrive, entries: readonly DeadLetterResource[]): Promise<RedriveEnd> {
  let [count, changed] = [0, 0]
  let canary: RedriveEnd['canary']
  let notBeforeMs = 0
  for (const entry of entries) {
    await sleep(wish.clock, Math.max(0, notBeforeMs - wish.clock.nowMs()), wish.signal)
    if (wish.signal.aborted) break
    notBeforeMs = wish.clock.nowMs() + 1_000 / wish.rate
    const {
      id,
      changed: isChanged,
      message,
    } = await wish.client.actOnLetter(entry.id, wish.command, wish.hand)
    count++
    if (isChanged) changed++
    wish.done({ id, changed: isChanged, message }, count)
    const isAwaited = wish.hasCanary && canary === undefined && isChanged && count < entries.length
    if (!isAwaited) continue
    wish.awaits(entry)
    canary = { id, ...(await canaryOutcome(wish, entry)) }
    if (canary.kind !== 'well') break
  }
  return { count, changed, canary }
}
