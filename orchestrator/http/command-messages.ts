// What became of a command, in words: what it did, or why there was nothing to do.

import type { ObjectCommand, RunCommand } from '../../shared/api/command-resource.ts'
import { at } from '../../shared/base/assert.ts'
import { blockingRoot } from '../core/run/readiness.ts'
import type { Run } from '../core/run/run.ts'
import type { RunHead } from '../core/run/run-view.ts'

export const changedMessages: Readonly<Record<RunCommand | ObjectCommand, (name: string) => string>> = {
  pause: (run) => `run ${run} is paused: nothing more of it is announced`,
  resume: (run) => `run ${run} goes on`,
  retry: (object) => `object ${object} is tried again, and what it blocked waits for it`,
  'mark-loaded': (object) => `object ${object} counts as loaded`,
  skip: (object) => `object ${object} is skipped: its children go on without it`,
  'accept-late': (object) => `the late result of object ${object} counts: it is loaded`,
  discard: (object) => `object ${object} is discarded: it stays failed and needs nobody's attention`,
}

/** `had`: how the run had ended when the command came, if it had. That it works again must not be a surprise. */
export function changedObject(
  run: Run,
  objectId: string,
  command: ObjectCommand,
  had: RunHead['ended'],
): string {
  const done = changedMessages[command](objectId)
  if (had === undefined || run.head.ended !== undefined) return done
  return `${done}; run ${run.id}, which had ended (${had}), goes on with what waits for it`
}

/** Who asks for the result of an attempt that has none, where another has one, has mistaken the number. */
export function wrongLateAttempt(run: Run, index: number, attempt: number): string | undefined {
  const { late } = run.notesOf(index)
  const loaded = late.filter(({ outcome }) => outcome === 'loaded').map((one) => one.attempt)
  if (loaded.length === 0 || loaded.includes(attempt)) return undefined
  const { id } = at(run.plan.objects, index)
  return `attempt ${attempt} of object ${id} has no late result that is loaded; there is one of attempt ${loaded.join(', ')}`
}

export function unchangedRun({ id, head }: Run, command: RunCommand): string {
  if (head.ended !== undefined) return `run ${id} had ended before, ${head.ended}: nothing was changed`
  return command === 'pause' ? `run ${id} is paused already` : `run ${id} is not paused`
}

export function unchangedObject(run: Run, objectId: string, command: ObjectCommand, nowMs: number): string {
  const index = run.plan.indexOf.get(objectId) ?? -1
  const state = run.stateOf(index)
  const { late, isDiscarded } = run.notesOf(index)
  const is = `object ${objectId} is ${state}`
  const root = command === 'retry' ? blockingRoot(run, index, nowMs) : undefined
  if (root !== undefined) {
    const { id } = at(run.plan.objects, root)
    return `${is}, and cannot start without ${id}, which is ${run.stateOf(root)}: retry that one`
  }
  if (command === 'discard' && isDiscarded) return `object ${objectId} is discarded already`
  if (command === 'accept-late' && !late.some(({ outcome }) => outcome === 'loaded'))
    return `${is}, and there is no late result of it that is loaded`
  return `${is}: there is nothing to ${command}`
}
