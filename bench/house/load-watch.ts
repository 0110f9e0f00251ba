// Sees in a worker when objects are begun and answered: the oracle outside the house, around whatever loader it has.

import { AnswerDesk } from '../../workers/services/answer-desk.ts'
import { AttemptRunner } from '../../workers/services/attempt-runner.ts'
import type { Work } from '../../workers/services/work.ts'
import { type LoadLog, monotonicMs } from '../process/load-log.ts'

/** Records every load of this process from now on, from the call of the loader to the answer it gives. */
export function watchLoads(log: LoadLog): void {
  const beganMs = new WeakMap<Work, number>()
  const start = AttemptRunner.prototype.start
  AttemptRunner.prototype.start = function startAndTime(work, claimedAtMs) {
    beganMs.set(work, monotonicMs())
    start.call(this, work, claimedAtMs)
  }
  const answer = AnswerDesk.prototype.answer
  AnswerDesk.prototype.answer = function timeAndAnswer(work, event) {
    if (event.status === 'loaded') log.record(event.id, beganMs.get(work) ?? Number.NaN, monotonicMs())
    answer.call(this, work, event)
  }
}
