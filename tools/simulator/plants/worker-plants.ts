// Bugs in the zones, in their ledger, and in how records are read.

import type { Plant } from './plant.ts'

const ledger = 'workers/adapters/memory/memory-attempt-ledger.ts'
const desk = 'workers/services/answer-desk.ts'
const session = 'workers/services/zone-session.ts'
const runner = 'workers/services/attempt-runner.ts'

export const workerPlants: readonly Plant[] = [
  {
    name: 'a claim ignores leases',
    file: ledger,
    find: 'if (lease !== undefined && lease.owner !== owner && lease.untilMs > nowMs) {',
    replace: 'if (lease === null) {',
    why: 'Two workers load one attempt at the same time.',
  },
  {
    name: 'the last answer stands',
    file: ledger,
    find: 'if (before !== undefined) return before',
    replace: '',
    why: 'An attempt that was loaded twice has two answers.',
  },
  {
    name: 'a lost lease is no matter',
    file: runner,
    find: "this.#abort(attempt, 'lease-lost')\n        stopped++",
    replace: 'stopped++',
    why: 'A loader goes on although its lease could not be renewed.',
  },
  {
    name: 'leases are not renewed',
    file: runner,
    find: 'const lost = keys.length === 0 ? [] : await ledger.renew(keys, owner, leaseMs)',
    replace: 'const lost: typeof keys = []',
    why: 'A load that takes longer than a lease is taken from its worker, who does not know it.',
  },
  {
    name: 'complete before the answer',
    file: session,
    find: 'this.#desk.answer(work, event)',
    replace:
      'for (const delivery of work.deliveries) delivery.complete()\n      this.#desk.answer(work, event)',
    why: 'A Ready event is complete before its answer is published.',
  },
  {
    name: 'complete when it is received',
    file: session,
    find: 'if (ready.ok) this.#queue.add(ready.value, delivery)',
    replace:
      'if (ready.ok) {\n        this.#queue.add(ready.value, delivery)\n        delivery.complete()\n      }',
    why: 'What a worker has in hand is lost with it.',
  },
  {
    name: 'an answer is not published again',
    file: session,
    find: 'this.#desk.repeat(work, claim.answer)',
    replace: 'for (const delivery of work.deliveries) delivery.complete()\n    this.#queue.forget(work)',
    why: 'An answer that was kept and not published before a crash is never published.',
  },
  {
    name: 'a held attempt is let go',
    file: session,
    find: 'return this.#queue.park(work, claim.leaseLeftMs + parkMarginMs, () => this.#wake())',
    replace:
      'for (const delivery of work.deliveries) delivery.complete()\n      return this.#queue.forget(work)',
    why: 'An attempt whose holder is dead is taken for one that is in good hands.',
  },
  {
    name: 'poison of a zone is kept',
    file: desk,
    find: "if (outcome !== 'stopped') delivery.complete()",
    replace: '',
    why: 'A Ready event that was buried is never complete.',
  },
  {
    name: 'offsets beyond the watermark',
    file: 'shared/base/offset-tracker.ts',
    find: 'return this.#offsets[this.#head] ?? this.#next',
    replace: 'return this.#next',
    why: 'What is taken and not complete is committed.',
  },
  {
    name: 'an attempt as text is another one',
    file: 'shared/events/answer.ts',
    find: "const attempt = typeof value === 'string' ? Number(value) : value",
    replace: 'const attempt = value',
    why: 'An answer of a zone that writes numbers as texts goes to the DLQ topic.',
  },
  {
    name: 'a failure on the loaded topic is a load',
    file: 'shared/events/answer.ts',
    find: "topicKind === 'failed' || json.status === 'failed'",
    replace: "topicKind === 'nothing'",
    why: 'Whatever is answered counts as loaded.',
  },
  {
    name: 'an aborted load is loaded',
    file: runner,
    find: "if (outcome.kind === 'loaded' || abortedFor === undefined) return outcome",
    replace:
      "if (abortedFor !== undefined) return { kind: 'loaded', loaded: { info: 'aborted' } }\n  if (outcome.kind === 'loaded' || abortedFor === undefined) return outcome",
    why: 'A loader that was told to give up counts as done.',
  },
]
