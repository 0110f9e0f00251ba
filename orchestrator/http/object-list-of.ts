// Objects of a run as the API shows them, a page at a time.

import type { NextAttempt, ObjectList, ObjectResource } from '../../shared/api/object-resource.ts'
import { at } from '../../shared/base/assert.ts'
import type { ObjectState } from '../core/run/object-state.ts'
import { wentOnWithout } from '../core/run/readiness.ts'
import type { Run } from '../core/run/run.ts'
import { knownIndexOf } from '../core/run/unknown.ts'

export interface ObjectQuery {
  /** Only what went on without something. */
  readonly isDegraded: boolean
  /** Only what is in this state; undefined: in any. */
  readonly state: ObjectState | undefined
  /** Only what waits for its next attempt. */
  readonly isRetrying: boolean
  /** The object before the first one wanted; undefined: from the beginning. */
  readonly after: string | undefined
  readonly limit: number
}

/**
 * A page ends before its objects are longer than this as JSON, but has one at least: names, errors and lists of what was
 * missing may be long. What stands around them leaves the answer below 1 MiB.
 */
const pageBytes = 2 ** 20 - 4_096

/** Throws OBJECT_UNKNOWN when the run has no object `after`. */
export function objectListOf(run: Run, query: ObjectQuery): ObjectList {
  const { after, limit } = query
  const first = after === undefined ? 0 : knownIndexOf(run, after) + 1
  const wanted: number[] = []
  for (let index = 0; index < run.plan.objects.length; index++)
    if (isWanted(run, index, query)) wanted.push(index)
  const rest = wanted.filter((index) => index >= first)
  const objects = pageOf(run, rest.slice(0, limit))
  const last = rest.length > objects.length ? objects.at(-1) : undefined
  return { run_id: run.id, objects, total: wanted.length, next_after: last?.object_id ?? null }
}

function pageOf(run: Run, indices: readonly number[]): readonly ObjectResource[] {
  const objects: ObjectResource[] = []
  let bytes = 0
  for (const index of indices) {
    const object = objectOf(run, index)
    bytes += Buffer.byteLength(JSON.stringify(object)) + ','.length
    if (bytes > pageBytes && objects.length > 0) break
    objects.push(object)
  }
  return objects
}

function isWanted(run: Run, index: number, { isDegraded, state, isRetrying }: ObjectQuery): boolean {
  if (isDegraded && wentOnWithout(run, index).length === 0) return false
  if (state !== undefined && run.stateOf(index) !== state) return false
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
  const state = run.stateOf(index)
  const attempt = run.attemptOf(index)
  const error = state === 'failed' ? errorOf(run, index) : null
  const degraded = wentOnWithout(run, index)
  return {
    ...{ object_id: id, name, layer, state, attempt, error, degraded },
    next_attempt: nextAttemptOf(run, index),
  }
}

function errorOf(run: Run, index: number): ObjectResource['error'] {
  const { error } = run.notesOf(index)
  return error === undefined ? null : { code: error.code, detail: error.detail }
}
