// Every rule that a story must keep, looked at once it has ended.

import { attemptsAreLimited } from './checkers/attempts-are-limited.ts'
import { attemptsGoUp } from './checkers/attempts-go-up.ts'
import { blockedByWhatIsGone } from './checkers/blocked-by-what-is-gone.ts'
import { cancelsCount } from './checkers/cancels-count.ts'
import { declaredTransitions } from './checkers/declared-transitions.ts'
import { degradedIsSaid } from './checkers/degraded-is-said.ts'
import { endsAreExplained } from './checkers/ends-are-explained.ts'
import { everythingEnds } from './checkers/everything-ends.ts'
import { journalEqualsStore } from './checkers/journal-equals-store.ts'
import { lastLoadsAreReal } from './checkers/last-loads-are-real.ts'
import { lateResultsAreKept } from './checkers/late-results-are-kept.ts'
import { linksAreKept } from './checkers/links-are-kept.ts'
import { loadsAreReal } from './checkers/loads-are-real.ts'
import { loadsAreShared } from './checkers/loads-are-shared.ts'
import { nothingWaitsAlone } from './checkers/nothing-waits-alone.ts'
import { oneAnswerAnAttempt } from './checkers/one-answer-an-attempt.ts'
import { oneLoaderAnAttempt } from './checkers/one-loader-an-attempt.ts'
import { patienceIsKept } from './checkers/patience-is-kept.ts'
import { pickupsAreAwaited } from './checkers/pickups-are-awaited.ts'
import { poisonIsBuried } from './checkers/poison-is-buried.ts'
import { rebuildEqualsStore } from './checkers/rebuild-equals-store.ts'
import { runsKeepOrder } from './checkers/runs-keep-order.ts'
import { waitsEnd } from './checkers/waits-end.ts'
import { zonesAreTold } from './checkers/zones-are-told.ts'
import type { Checker } from './story.ts'

export const checkers: readonly Checker[] = [
  declaredTransitions,
  runsKeepOrder,
  attemptsGoUp,
  attemptsAreLimited,
  everythingEnds,
  endsAreExplained,
  blockedByWhatIsGone,
  linksAreKept,
  waitsEnd,
  degradedIsSaid,
  lastLoadsAreReal,
  patienceIsKept,
  pickupsAreAwaited,
  zonesAreTold,
  cancelsCount,
  loadsAreReal,
  loadsAreShared,
  oneLoaderAnAttempt,
  oneAnswerAnAttempt,
  lateResultsAreKept,
  nothingWaitsAlone,
  journalEqualsStore,
  rebuildEqualsStore,
  poisonIsBuried,
]
