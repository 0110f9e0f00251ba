// Bugs in what links, objects and zones say of patience, and in what is told of it.

import type { Plant } from './plant.ts'

const readiness = 'orchestrator/core/run/readiness.ts'
const patience = 'orchestrator/core/run/object-patience.ts'
const announce = 'orchestrator/core/run/announce.ts'

export const policyPlants: readonly Plant[] = [
  {
    name: 'max_age is ignored',
    file: readiness,
    find: 'lastLoad !== undefined && atMs - lastLoad.loadedAtMs <= (policy.max_age_ms ?? Number.POSITIVE_INFINITY)',
    replace: 'lastLoad !== undefined',
    why: 'A child goes on with a load that is too old.',
  },
  {
    name: 'wait_until never comes',
    file: readiness,
    find: 'return run.head.opened?.wait_until_ms?.[policy.wait_until] ?? Number.POSITIVE_INFINITY',
    replace: 'return Number.POSITIVE_INFINITY',
    why: 'A child waits for its parent as long as it takes.',
  },
  {
    name: 'wait_until is over at once',
    file: readiness,
    find: 'const isOver = isGone(state) || waitUntilMs(run, policy) <= atMs',
    replace: 'const isOver = isGone(state) || policy?.wait_until !== undefined',
    why: 'A child does not wait for a parent that may still come.',
  },
  {
    name: 'an optional parent blocks',
    file: readiness,
    find: "if (policy.kind === 'optional') return true",
    replace: "if (policy.kind === 'optional') return false",
    why: 'What a child can do without keeps it from starting.',
  },
  {
    name: 'degraded is not passed down',
    file: readiness,
    find: 'for (const one of own === undefined ? run.notesOf(parent).degraded : [own])',
    replace: 'for (const one of own === undefined ? [] : [own])',
    why: 'What an object went on without is not known below its children.',
  },
  {
    name: 'an old load is not said',
    file: readiness,
    find: "const isStale = policy?.kind === 'stale-ok' && lastLoad !== undefined",
    replace: "const isStale = policy?.kind === 'optional' && lastLoad !== undefined",
    why: 'A child does not say that it goes on with an old load, and does not get it.',
  },
  {
    name: 'a retry does not wait',
    file: readiness,
    find: 'if (run.attemptOf(index) > 0 && run.notesOf(index).isRetrying && run.dueAtMsOf(index) > atMs) return false',
    replace: '',
    why: 'Whatever looks at a run announces the retries that wait.',
  },
  {
    name: 'the policy of an object is ignored',
    file: patience,
    find: 'return { ...policy, ...ofZone, ...object.policy, backoff }',
    replace: 'return { ...policy, ...ofZone, backoff }',
    why: 'An object is treated as its zone says.',
  },
  {
    name: 'a zone comes before its objects',
    file: patience,
    find: 'return { ...policy, ...ofZone, ...object.policy, backoff }',
    replace: 'return { ...policy, ...object.policy, ...ofZone, backoff }',
    why: 'What a zone says overrules what its objects say.',
  },
  {
    name: 'all wait as the run says',
    file: patience,
    find: 'const backoff = { ...policy.backoff, ...ofZone?.backoff, ...object.policy?.backoff }',
    replace: 'const { backoff } = policy',
    why: 'Retries of an object come sooner or later than it says.',
  },
  {
    name: 'a pickup is awaited from the opening',
    file: 'orchestrator/services/unclaimed.ts',
    find: 'const sinceMs = run.sinceMsOf(index)',
    replace: 'const sinceMs = run.head.openedAtMs',
    why: 'An attempt is lost before anybody had the time to begin it.',
  },
  {
    name: 'what nobody begins is a failure',
    file: 'orchestrator/core/run/evolve.ts',
    find: "const isSpared = given_up !== 'timed-out'",
    replace: "const isSpared = given_up === 'lost'",
    why: 'Attempts that were not picked up count against the retries.',
  },
  {
    name: 'zones are told the time-out of the run',
    file: announce,
    find: 'timeout_ms: patienceOf(run, index).attempt_timeout_ms,',
    replace: 'timeout_ms: opened?.policy.attempt_timeout_ms ?? null,',
    why: 'A load is given up sooner or later than its object says.',
  },
  {
    name: 'an old load of anybody above is given',
    file: announce,
    find: 'one.parent === parent && one.child === object_id && one.loaded_at_ms !== undefined',
    replace: 'one.parent === parent && one.loaded_at_ms !== undefined',
    why: 'A child gets an old load of a parent that is there, as somebody above went on with it.',
  },
  {
    name: 'what was due is due',
    file: 'orchestrator/core/run/decide-time.ts',
    find: 'if (!isDue(run, index, atMs)) continue',
    replace: '',
    why: 'What a look at the clock announces is given up by the same look.',
  },
  {
    name: 'a slow load is not given up',
    file: 'workers/services/attempt-runner.ts',
    find: 'this.#watch(attempt.deadlineMs)',
    replace: 'this.#watch(Number.POSITIVE_INFINITY)',
    why: 'A loader may take longer than its attempt.',
  },
  {
    name: 'a load is as young as its note',
    file: 'orchestrator/services/load-recorder.ts',
    find: 'const load = lastLoad(run, fact, commit.at_ms)',
    replace: 'const load = lastLoad(run, fact, this.#parts.clock.nowMs())',
    why: 'An old load passes for a newer one.',
  },
  {
    name: 'an abandoned attempt degrades what is marked by hand',
    file: 'orchestrator/core/run/evolve.ts',
    find: 'run.setNotes(index, { ...run.notesOf(index), byHand, degraded: noNotes.degraded })',
    replace: 'run.setNotes(index, { ...run.notesOf(index), byHand })',
    why: 'What was skipped or marked as loaded hands down what no attempt of its own counts for.',
  },
]
