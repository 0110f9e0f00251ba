// Whatever has not ended is in somebody's hands: a lease, a timer, a record that nobody has come past, a parent.

import type { Checker } from '../story.ts'

export const nothingWaitsAlone: Checker = ({ waiting }) =>
  waiting
    .filter(({ because }) => because.length === 0)
    .map(({ runId, objectId, state, atMs }) => ({
      rule: 'nothing waits alone',
      text: `${objectId} of ${runId} was ${state} at ${atMs}, and nothing would have moved it on`,
    }))
