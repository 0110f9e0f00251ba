// Every rule that a story must keep, looked at once it has ended.

import { attemptsAreLimited } from './checkers/attempts-are-limited.ts'
import { attemptsGoUp } from './checkers/attempts-go-up.ts'
import { cancelsCount } from './checkers/cancels-count.ts'
import { declaredTransitions } from './checkers/declared-transitions.ts'
import { endsAreExplained } from './checkers/ends-are-explained.ts'
import { everythingEnds } from './checkers/everything-ends.ts'
import { journalEqualsStore } from './checkers/journal-equals-store.ts'
import { lateResultsAreKept } from './checkers/late-results-are-kept.ts'
import { loadsAreReal } from './checkers/loads-are-real.ts'
import { nothingWaitsAlone } from './checkers/nothing-waits-alone.ts'
import { oneAnswerAnAttempt } from './checkers/one-answer-an-attempt.ts'
import { oneLoaderAnAttempt } from './checkers/one-loader-an-attempt.ts'
import { poisonIsBuried } from './checkers/poison-is-buried.ts'
import { rebuildEqualsStore } from './checkers/rebuild-equals-store.ts'
import { runsKeepOrder } from './checkers/runs-keep-order.ts'
import type { Checker } from './story.ts'

export const checkers: readonly Checker[] = [
  declaredTransitions,
  runsKeepOrder,
  attemptsGoUp,
  attemptsAreLimited,
  everythingEnds,
  endsAreExplained,
  cancelsCount,
  loadsAreReal,
  oneLoaderAnAttempt,
  oneAnswerAnAttempt,
  lateResultsAreKept,
  nothingWaitsAlone,
  journalEqualsStore,
  rebuildEqualsStore,
  poisonIsBuried,
]
