// Bugs in how the orchestrator moves what was decided.

import type { Plant } from './plant.ts'

const keeper = 'orchestrator/services/keeper.ts'
const relay = 'orchestrator/services/relay.ts'
const liveRuns = 'orchestrator/services/live-runs.ts'
const restorer = 'orchestrator/services/restorer.ts'
const runCloser = 'orchestrator/services/run-closer.ts'
const intake = 'orchestrator/services/answer-intake.ts'
const watchdog = 'orchestrator/services/watchdog.ts'

export const servicePlants: readonly Plant[] = [
  {
    name: 'an empty decision is not confirmed',
    file: keeper,
    find: "if (newest === undefined) return 'stale'",
    replace: '',
    why: 'An answer to what another replica has announced is taken for a repeat.',
  },
  {
    name: 'stale is not looked at',
    file: keeper,
    find: "if (outcome === 'stale') return 'stale'",
    replace: '',
    why: 'What the store has refused is published.',
  },
  {
    name: 'marked before it is published',
    file: relay,
    find: "const published = await insist('publish events', () => transport.publish(records), persistence)",
    replace:
      "await insist('mark', () => store.markRelayed(newestOf(living).map(({ runId, version, id }) => ({ runId, version, id }))), persistence)\n      const published = await insist('publish events', () => transport.publish(records), persistence)",
    why: 'A crash between mark and publication loses events for ever.',
  },
  {
    name: 'the relay gives up',
    file: relay,
    find: 'worthwhile: () => true }',
    replace: 'worthwhile: () => false }',
    why: 'A request that is lost is not sent again.',
  },
  {
    name: 'an answer is complete at once',
    file: intake,
    find: 'this.#parts.received(answer.value)',
    replace: 'this.#parts.received(answer.value)\n    delivery.complete()',
    why: 'The offset of an answer is committed before what follows from it is kept.',
  },
  {
    name: 'the watchdog never looks',
    file: watchdog,
    find: 'for (const runId of runIds) void conductor.attend(runId)',
    replace: '',
    why: 'What a dead replica leaves behind is taken up by nobody.',
  },
  {
    name: 'the outbox is not taken over',
    file: keeper,
    find: 'this.#offer(live, commit, unanswered === undefined ? records : [...again, ...records.filter(isNoAsk)])',
    replace: 'void again',
    why: 'Who reads commits that nobody has published does not publish them.',
  },
  {
    name: 'another branch is not noticed',
    file: liveRuns,
    find: 'return (next === undefined ? stored.last : parseCommit(next).prev) === live.last',
    replace: 'return next !== null',
    why: 'A replica goes on from commits that the store has lost.',
  },
  {
    name: 'an unpublished opening exists',
    file: 'orchestrator/services/run-opener.ts',
    find: 'return stored === undefined || stored.relayed === stored.version',
    replace: 'return true',
    why: 'Somebody is told that a run exists whose opening may still be lost.',
  },
  {
    name: 'settled before it is out',
    file: keeper,
    find: '      settledOn(branch, run, decided.facts, settled)()\n    })',
    replace: '    })\n    settled(decided.facts, run)',
    why: 'Who asked is told before what follows is published.',
  },
  {
    name: 'restored without a claim',
    file: runCloser,
    find: 'await transport.publish(open.map((runId) => claimRecord(runId, claim, clock.nowMs(), journal)))',
    replace: '',
    why: 'Of two who restore a run nobody knows who was the later.',
  },
  {
    name: 'restored without closing',
    file: runCloser,
    find: 'await transport.publish(open.flatMap((runId) => this.#closing(fold, runId, claim)))',
    replace: 'for (const runId of open) this.#closings.add(fold.run(runId)?.last ?? "")',
    why: 'What was decided before the store was lost is published after it was restored, and counts.',
  },
  {
    name: 'restored as published',
    file: restorer,
    find: 'relayed: firstUnanswered(run, records) - 1,',
    replace: 'relayed: records.length,',
    why: 'A Ready event that was never stored beside its journal record is not sent again.',
  },
  {
    name: 'everything is on the branch',
    file: relay,
    find: 'if (known[index] === false) branch.isLost = true',
    replace: 'void [known, index, branch]',
    why: 'Nobody is told that the store has lost what he was about to hear is kept.',
  },
  {
    name: 'the retry timer is only in memory',
    file: 'orchestrator/core/run/summary.ts',
    find: 'return Math.min(head.nextDueAtMs, scanDueAtMs, atMs + lookAgainMs(run, head))',
    replace: 'return Math.min(scanDueAtMs, atMs + lookAgainMs(run, head))',
    why: 'A retry is lost with the replica that has its timer.',
  },
  {
    name: 'poison is dropped',
    file: intake,
    find: 'void buryRecord(transport, letter, burial).then((outcome) => {',
    replace:
      "void Promise.resolve(letter === undefined ? buryRecord(transport, letter, burial) : 'dropped').then((outcome) => {",
    why: 'What nobody can read is passed over without a trace.',
  },
  {
    name: 'poison comes back for ever',
    file: intake,
    find: "if (outcome !== 'stopped') delivery.complete()",
    replace: "if (outcome === 'stopped') delivery.complete()",
    why: 'A record that was buried is never complete, and everything behind it comes again.',
  },
  {
    name: 'an unknown object is poison no more',
    file: 'orchestrator/services/conductor.ts',
    find: 'run.plan.indexOf.has(objectId))',
    replace: 'run !== undefined)',
    why: 'An answer to an object that the run does not have vanishes.',
  },
]
