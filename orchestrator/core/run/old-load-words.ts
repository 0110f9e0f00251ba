// Why no old load of a parent serves a child that would go on with one (`stale-ok`), in words.

import { at } from '../../../shared/base/assert.ts'
import { instantInWords } from '../../../shared/base/instant-in-words.ts'
import { limitInWords } from '../../../shared/base/limit-in-words.ts'
import type { LinkPolicy } from '../graph/link-policy.ts'
import { isGone, satisfies } from './object-state.ts'
import { doomOf, eachLink, excuses, waitUntilMs } from './readiness.ts'
import type { RunView } from './run-view.ts'

/** Along the way by which a blocked object is doomed; empty: no link on it is content with an old load. */
export function unservedAbove(run: RunView, index: number, atMs: number): string {
  const said: string[] = []
  for (let child: number | undefined = index; child !== undefined; ) {
    const doom = doomOf(run, child, atMs)
    said.push(...unserved(run, child, atMs, (parent) => parent === doom))
    child = doom !== undefined && run.stateOf(doom) === 'blocked' ? doom : undefined
  }
  return said.map((each) => `; ${each}`).join('')
}

/** Of an object that waits on for parents that its old loads were to replace by now. */
export function unservedNow(run: RunView, index: number, atMs: number): string {
  return unserved(run, index, atMs, () => true)
    .map((each) => `; ${each}`)
    .join('')
}

function unserved(
  run: RunView,
  child: number,
  atMs: number,
  isMeant: (parent: number) => boolean,
): readonly string[] {
  const said: string[] = []
  eachLink(run, child, (parent, policy) => {
    if (policy?.kind !== 'stale-ok' || !isMeant(parent) || excuses(run, parent, policy, atMs)) return
    const state = run.stateOf(parent)
    const isOver = isGone(state) || (!satisfies(state) && waitUntilMs(run, policy) <= atMs)
    if (isOver) said.push(reason(run, child, parent, policy))
  })
  return said
}

function reason(run: RunView, child: number, parent: number, { max_age_ms }: LinkPolicy): string {
  const { lastLoad } = run.notesOf(parent)
  const [childId, parentId] = [child, parent].map((each) => at(run.plan.objects, each).id)
  const oldLoad = `would go on with an old load of ${parentId}`
  if (lastLoad === undefined || max_age_ms === undefined) return `${childId} ${oldLoad}, and none is known`
  const loadedAt = instantInWords(lastLoad.loadedAtMs)
  return `${childId} ${oldLoad}, but the last is of ${loadedAt}, older than ${limitInWords(max_age_ms)} (max_age)`
}
