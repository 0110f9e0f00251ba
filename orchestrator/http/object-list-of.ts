// Objects of a run as the API shows them, a page at a time.

import type { NextAttempt, ObjectList, ObjectResource } from '../../shared/api/object-resource.ts'
import { at } from '../../shared/base/assert.ts'
import { wentOnWithout } from '../core/run/readiness.ts'
import type { Run } from '../core/run/run.ts'
import { knownIndexOf } from '../core/run/unknown.ts'

export interface ObjectQuery {
  /** Only what went on without something. */
  readonly isDegraded: boolean
  /** Only what waits for its next attempt. */
  readonly isRetrying: boolean
  /** The object before the first one wanted; undefined: from the beginning. */
  readonly after: string | undefined
  readonly limit: number
}

/** Throws OBJECT_UNKNOWN when the run has no object `after`. */
export function objectListOf(run: Run, query: ObjectQuery): ObjectList {
  const { after, limit } = query
  const first = after === undefined ? 0 : knownIndexOf(run, after) + 1
  const wanted: number[] = []
  for (let index = 0; index < run.plan.objects.length; index++)
    if (isWanted(run, index, query)) wanted.push(index)
  const rest = wanted.filter((index) => index >= first)
  const objects = rest.slice(0, limit).map((index) => objectOf(run, index))
  const last = rest.length > limit ? objects.at(-1) : undefined
  return { run_id: run.id, objects, total: wanted.length, next_after: last?.object_id ?? null }
}

function isWanted(run: Run, index: number, { isDegraded, isRetrying }: ObjectQuery): boolean {
  if (isDegraded && wentOnWithout(run, index).length === 0) return false
  return !isRetrying || nextAttemptOf(run, index) !== null
}

function nextAttemptOf(run: Run, index: number): NextAttempt | null {
  const { isRetrying, error } = run.notesOf(index)
  if (run.stateOf(index) !== 'waiting' || !isRetrying || error === undefined) return null
  const { code, detail } = error
  return { at: new Date(run.dueAtMsOf(index)).toISOString(), code, detail }
}

function objectOf(run: Run, index: number): ObjectResource {
  const { id, name = null, layer } = at(run.plan.objects, index)
  const degraded = wentOnWithout(run, index)
  return {
    object_id: id,
    name,
    layer,
    state: run.stateOf(index),
    attempt: run.attemptOf(index),
    degraded,
    next_attempt: nextAttemptOf(run, index),
  }
}
