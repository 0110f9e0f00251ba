// Every rule that a story must keep, looked at once it has ended.

import { cancelsCount } from './checkers/cancels-count.ts'
import { declaredTransitions } from './checkers/declared-transitions.ts'
import { everythingEnds } from './checkers/everything-ends.ts'
import { journalEqualsStore } from './checkers/journal-equals-store.ts'
import { loadsAreReal } from './checkers/loads-are-real.ts'
import { poisonIsBuried } from './checkers/poison-is-buried.ts'
import type { Checker } from './story.ts'

export const checkers: readonly Checker[] = [
  declaredTransitions,
  everythingEnds,
  cancelsCount,
  loadsAreReal,
  journalEqualsStore,
  poisonIsBuried,
]
