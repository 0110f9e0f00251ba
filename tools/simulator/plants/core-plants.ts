// Bugs in the rules about a run.

import type { Plant } from './plant.ts'

const answers = 'orchestrator/core/run/decide-answers.ts'
const commands = 'orchestrator/core/run/decide-commands.ts'
const time = 'orchestrator/core/run/decide-time.ts'
const fold = 'orchestrator/core/run/journal-fold.ts'
const evolve = 'orchestrator/core/run/evolve.ts'
const readiness = 'orchestrator/core/run/readiness.ts'

export const corePlants: readonly Plant[] = [
  {
    name: 'an answer of any attempt counts',
    file: answers,
    find: 'if (answer.attempt !== undefined && !isCurrent(answer.attempt, run.attemptOf(index))) return undefined',
    replace: '',
    why: 'An answer that comes late is taken for one of the attempt that is out now.',
  },
  {
    name: 'an answer counts in any state',
    file: answers,
    find: "if (index === undefined || run.stateOf(index) !== 'ready') return undefined",
    replace: 'if (index === undefined) return undefined',
    why: 'An answer that comes twice is decided twice.',
  },
  {
    name: 'one retry too many',
    file: answers,
    find: 'failuresOf(run, index) <= patienceOf(run, index).max_retries',
    replace: 'failuresOf(run, index) <= patienceOf(run, index).max_retries + 1',
    why: 'An object is tried once more than its policy says.',
  },
  {
    name: 'one retry too few',
    file: answers,
    find: 'failuresOf(run, index) <= patienceOf(run, index).max_retries',
    replace: 'failuresOf(run, index) < patienceOf(run, index).max_retries',
    why: 'An object fails for good one try too early.',
  },
  {
    name: 'lost attempts without end',
    file: answers,
    find: 'died >= mostLost',
    replace: 'died >= mostLost * 100',
    why: 'An object that kills its workers is tried for ever.',
  },
  {
    name: 'a lost attempt is a failure',
    file: evolve,
    find: "const isSpared = given_up !== 'timed-out'",
    replace: 'const isSpared = false',
    why: 'Attempts that died with their workers count against the retries.',
  },
  {
    name: 'a refused attempt counts as a failure',
    file: 'orchestrator/core/run/not-begun.ts',
    find: "code === 'ATTEMPT_LOST' || (code === 'TARGET_UNAVAILABLE' && retryable)",
    replace: "code === 'ATTEMPT_LOST'",
    why: 'Attempts that a breaker kept from being begun count against the retries.',
  },
  {
    name: 'a refusal is a late result',
    file: answers,
    find: 'if (index === undefined) return\n  const { objectId, error,',
    replace: 'if (index === undefined) return lateResult(decision, answer)\n  const { objectId, error,',
    why: 'What nobody has begun, in an attempt that is over, is kept as if it were the work of somebody.',
  },
  {
    name: 'descendants are not blocked',
    file: answers,
    find: 'queue.push(child)',
    replace: '',
    why: 'Only the children of a failed object are blocked, and what hangs below them waits for ever.',
  },
  {
    name: 'one parent is enough',
    file: readiness,
    find: 'return run.pendingOf(index) > 0 && !run.notesOf(index).isRetrying && !isExcused(run, index, atMs)',
    replace:
      'return run.pendingOf(index) > 1 && !run.notesOf(index).isRetrying && !isExcused(run, index, atMs)',
    why: 'A child starts when all of its parents but one are loaded.',
  },
  {
    name: 'a pause lets retries pass',
    file: readiness,
    find: 'if (paused !== undefined) return false',
    replace: 'if (paused !== undefined) return run.attemptOf(index) > 0',
    why: 'A paused run announces attempts.',
  },
  {
    name: 'a run ends twice',
    file: 'orchestrator/core/run/decision.ts',
    find: 'if (head.ended !== undefined || openCount(head) > 0) return',
    replace: 'if (openCount(head) > 0) return',
    why: 'What is said of a run that has ended makes it end again.',
  },
  {
    name: 'a cancel forgets what is out',
    file: time,
    find: 'if (isFinal(run.stateOf(index))) continue',
    replace: "if (isFinal(run.stateOf(index)) || run.stateOf(index) === 'ready') continue",
    why: 'A cancelled run ends with objects that never end.',
  },
  {
    name: 'a cancel tells no attempt',
    file: time,
    find: "const isOut = run.stateOf(index) === 'ready'",
    replace: 'const isOut = false',
    why: 'An attempt that was out when its run was cancelled is not known as given up.',
  },
  {
    name: 'only the first timer is due',
    file: time,
    find: 'if (dueAtMs <= atMs) due.push(index)',
    replace: 'if (dueAtMs <= atMs && due.length === 0) due.push(index)',
    why: 'Of retries that fall due together only one is announced, and the look after that is never taken.',
  },
  {
    name: 'a time-out gives nothing up',
    file: time,
    find: "timedOut(run, index), { given_up: 'timed-out' })",
    replace: 'timedOut(run, index))',
    why: 'An attempt that timed out is not known as given up: its late result is lost.',
  },
  {
    name: 'a late result twice',
    file: answers,
    find: 'if (!givenUp.includes(attempt) || late.some((known) => known.attempt === attempt)) return',
    replace: 'if (!givenUp.includes(attempt)) return',
    why: 'A late result that is delivered again is kept again.',
  },
  {
    name: 'a failure is accepted',
    file: commands,
    find: "outcome === 'loaded' && attempt",
    replace: 'attempt',
    why: 'Somebody accepts a late result, and it is one that says the load failed.',
  },
  {
    name: 'a skip lets nobody go on',
    file: commands,
    find: "decision.say({ type: 'object-skipped', object_id, ...attemptOut(decision, index), ...byHand(input) })\n  letGoOn(decision, index)",
    replace:
      "decision.say({ type: 'object-skipped', object_id, ...attemptOut(decision, index), ...byHand(input) })",
    why: 'The children of a skipped object wait for ever.',
  },
  {
    name: 'a retry frees nobody',
    file: commands,
    find: "decision.say({ type: 'object-reset', object_id: input.objectId })\n  freeDescendants(decision, index)",
    replace: "decision.say({ type: 'object-reset', object_id: input.objectId })",
    why: 'What hangs below an object that is tried again stays blocked by it.',
  },
  {
    name: 'a resume starts nobody',
    file: evolve,
    find: 'run.head = { ...run.head, paused: undefined, scanned: 0 }',
    replace: 'run.head = { ...run.head, paused: undefined }',
    why: 'What became free while the run was paused is never announced.',
  },
  {
    name: 'the last branch counts',
    file: fold,
    find: 'if (run.next.has(prev) || !mayClose(run, json)) return',
    replace: 'if (!mayClose(run, json)) return',
    why: 'Of two commits that were made on one the journal takes the later.',
  },
  {
    name: 'any claim closes',
    file: fold,
    find: 'return rebuild === undefined || rebuild === [...run.claims].at(-1)',
    replace: 'return true',
    why: 'Who restores a run and is dead without knowing it closes the branch of another.',
  },
  {
    name: 'a cancelled run that goes on has failed',
    file: 'orchestrator/core/run/decision.ts',
    find: '(cancelled > 0 && head.cutShort) || {}',
    replace: "cancelled > 0 ? { state: 'failed' as const } : {}",
    why: 'An accepted late result makes a failure of a run in which nothing has failed.',
  },
]
