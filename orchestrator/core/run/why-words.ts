// The reasons in words: what it is, who owns it, and what would release it.

import { at } from '../../../shared/base/assert.ts'
import { handSuffix } from '../../../shared/base/hand-suffix.ts'
import { instantInWords } from '../../../shared/base/instant-in-words.ts'
import { ownInWords } from '../../../shared/events/degradation.ts'
import { endedEarlyBy } from './ended-early.ts'
import { saysNotBegun } from './not-begun.ts'
import type { EndedByHand } from './object-notes.ts'
import { unservedAbove, unservedNow } from './old-load-words.ts'
import { goesOnAtMs, missedParents } from './parent-wait.ts'
import { blockingRoot, degradationsOf } from './readiness.ts'
import type { RunView } from './run-view.ts'
import { type Circumstances, type EndReason, type WaitReason, zoneAt } from './wait-reason.ts'

export interface Explanation {
  /** What it is. */
  readonly text: string
  /** Who can change it. */
  readonly owner: string
  /** What would release it; undefined: nothing needs to. */
  readonly release: string | undefined
}

type Words = (run: RunView, index: number, around: Circumstances) => Explanation

export function explain(
  run: RunView,
  index: number,
  reason: WaitReason | EndReason | undefined,
  around: Circumstances,
): Explanation {
  if (reason !== undefined) return words[reason](run, index, around)
  return { text: endText(run, index), owner: 'nobody', release: undefined }
}

/** Of an object that is loaded, reused or skipped. */
function endText(run: RunView, index: number): string {
  const { byHand } = run.notesOf(index)
  if (byHand === undefined) return `it is ${run.stateOf(index)}`
  const { type, by, reason } = byHand
  const atMs = instantInWords(run.sinceMsOf(index))
  return `${handText[type]} by ${by} at ${atMs}${reason === undefined ? '' : `: ${reason}`}`
}

const handText: Readonly<Record<EndedByHand['type'], string>> = {
  'object-skipped': 'it was skipped',
  'object-marked-loaded': 'it was marked as loaded',
  'late-result-accepted': 'its late result was accepted',
}

const orchestrator = 'the orchestrator'

export const rebuildingWords: Explanation = {
  text: 'what Redis has lost comes back from the journal; nothing is decided until then',
  owner: orchestrator,
  release: 'the end of the rebuild',
}

const words: Readonly<Record<WaitReason | EndReason, Words>> = {
  'waiting-parent': waitingForParents,
  'not-due': waitingForParents,
  'retry-backoff': (run, index) => {
    const { error, givenUp } = run.notesOf(index)
    const due = instantInWords(run.dueAtMsOf(index))
    const isSpared = error !== undefined && saysNotBegun(error) && givenUp.includes(run.attemptOf(index))
    const spared = error?.code === 'ATTEMPT_LOST' ? 'was lost' : 'was not begun'
    const became = isSpared ? `${spared}, and uses up no retry:` : 'failed with'
    const text = `attempt ${run.attemptOf(index)} ${became} ${error?.code}: ${error?.detail}`
    const next = `attempt ${run.attemptOf(index) + 1}`
    const { paused } = run.head
    const release =
      paused === undefined
        ? `${next} at ${due}`
        : `millefeuille resume ${run.id}, as the run was paused${handSuffix(paused)}; then ${next}, not before ${due}`
    return { text, owner: zoneOf(run, index), release }
  },
  paused: ({ head, id }) => {
    const { by, reason, atMs } = head.paused ?? { by: 'somebody', atMs: 0 }
    const text = `the run was paused by ${by} at ${instantInWords(atMs)}${reason === undefined ? '' : `: ${reason}`}`
    return { text, owner: by, release: `millefeuille resume ${id}` }
  },
  'no-live-zone': (run, index) => ({
    text: `no worker of the zone ${zoneAt(run, index)} is alive`,
    owner: zoneOf(run, index),
    release: 'a worker of the zone being started: it is announced then by itself',
  }),
  announcing: () => ({
    text: 'it is about to be announced',
    owner: orchestrator,
    release: 'the orchestrator, in its turn: a large run is announced in parts',
  }),
  'leased-by': (run, index, { holderOf }) => {
    const holder = holderOf(index)
    const { owner, untilMs } = holder?.kind === 'held' ? holder : { owner: 'a worker', untilMs: 0 }
    const attempt = run.attemptOf(index)
    return {
      text: `${owner} works on attempt ${attempt}; its lease goes to ${instantInWords(untilMs)} unless it is renewed`,
      owner,
      release: `its answer; should the worker die, attempt ${attempt + 1} follows when the lease is over`,
    }
  },
  'slot-limit': (run, index, { crewOf }) => {
    const zone = zoneAt(run, index)
    const { capacity = 0, workers = 0 } = crewOf(zone) ?? {}
    return {
      text: `attempt ${run.attemptOf(index)} is announced, and all ${capacity} slots of ${workers === 1 ? 'the worker' : `the ${workers} workers`} of ${zone} are taken`,
      owner: zoneOf(run, index),
      release: 'a load that ends; more workers, or a larger MAX_WORKERS, make it sooner',
    }
  },
  'not-picked-up': (run, index) => ({
    text: `attempt ${run.attemptOf(index)} is announced, and no worker has begun it yet`,
    owner: zoneOf(run, index),
    release:
      'a worker that takes it; if that does not happen, look at the lag of the zone: millefeuille doctor',
  }),
  'awaiting-answer': (run, index) => ({
    text: `attempt ${run.attemptOf(index)} is announced, and the zone ${zoneAt(run, index)} says nothing of its workers`,
    owner: zoneOf(run, index),
    release: 'its answer',
  }),
  'joined-build': (run, index, { joinedTo }) => {
    const { runId, attempt } = joinedTo(index) ?? { runId: 'another run', attempt: 0 }
    return {
      text: `run ${runId} has announced the same as its attempt ${attempt}, and its outcome counts for both`,
      owner: zoneOf(run, index),
      release: `the answer to run ${runId}: millefeuille why ${idOf(run, index)} --run ${runId}`,
    }
  },
  'answer-under-way': (run, index) => ({
    text: `attempt ${run.attemptOf(index)} is answered, and the answer has not been decided yet`,
    owner: orchestrator,
    release: 'the orchestrator, in its turn; if that takes long, look at its lag: millefeuille doctor',
  }),
  'redis-rebuilding': () => rebuildingWords,
  failed: (run, index) => {
    const { error } = run.notesOf(index)
    const id = idOf(run, index)
    return {
      text: `attempt ${run.attemptOf(index)} failed with ${error?.code}: ${error?.detail}`,
      owner: zoneOf(run, index),
      release: `millefeuille retry ${run.id} ${id}, when the cause is mended`,
    }
  },
  'parent-failed': (run, index, { nowMs }) => {
    const root = blockingRoot(run, index, nowMs)
    const by = root === undefined ? 'something it needs' : idOf(run, root)
    return {
      text: `it can never start, because ${by} failed${unservedAbove(run, index, nowMs)}`,
      owner: orchestrator,
      release: `${by} being loaded after all`,
    }
  },
  cancelled: (run, index) => ({
    text: `the run ended before it, ${runEndText(run)}`,
    owner: 'whoever ended the run',
    release: `millefeuille retry ${run.id} ${idOf(run, index)}, or a rerun`,
  }),
  'late-result': (run, index) => {
    const late = run.notesOf(index).late.findLast(({ outcome }) => outcome === 'loaded')
    return {
      text: `it is ${run.stateOf(index)}, but attempt ${late?.attempt} was loaded after it had been given up`,
      owner: 'an operator',
      release: `millefeuille accept-late ${run.id} ${idOf(run, index)}`,
    }
  },
}

function runEndText({ head }: RunView): string {
  return head.ended === undefined
    ? 'and goes on without it'
    : `${head.ended}${handSuffix(endedEarlyBy(head))}`
}

function waitingForParents(run: RunView, index: number, { nowMs }: Circumstances): Explanation {
  const lacking = missedParents(run, index, nowMs).map((parent) => idOf(run, parent))
  const goesOnMs = goesOnAtMs(run, index, nowMs)
  const text = `it waits for ${named(lacking)}${unservedNow(run, index, nowMs)}`
  const release = `${lacking.length === 1 ? 'its parent' : 'its parents'} being loaded`
  if (goesOnMs === Number.POSITIVE_INFINITY) return { text, owner: orchestrator, release }
  const how = ownInWords(degradationsOf(run, index), idOf(run, index))
  return {
    text,
    owner: orchestrator,
    release: `${release}, or ${instantInWords(goesOnMs)}: then it may go on ${how}`,
  }
}

function named(ids: readonly string[]): string {
  const shown = ids.slice(0, 3).join(', ')
  return ids.length <= 3 ? shown : `${shown} and ${ids.length - 3} more`
}

function idOf(run: RunView, index: number): string {
  return at(run.plan.objects, index).id
}

function zoneOf(run: RunView, index: number): string {
  return `the team of ${zoneAt(run, index)}`
}
