// Why an object is where it is.

import type { ApiParts } from '../api-parts.ts'
import type { ApiRoute } from '../api-route.ts'
import { lateFault, longestAskMs } from '../late-fault.ts'
import { whyParams, whyQuery } from '../schemas.ts'
import { whyAnswerOf } from '../why-text.ts'
import { within } from '../within.ts'

const longestLookMs = 15_000 - longestAskMs

export function whyRoutes(parts: ApiParts): readonly ApiRoute[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/why/:object',
      summary: 'Says why an object is where it is: what it waits for or fails by, down to the root of it.',
      schema: { params: whyParams, querystring: whyQuery },
      answers: { 200: 'Why' },
      handle: async (request) => {
        const { object } = request.params as { object: string }
        const { run } = request.query as { run?: string }
        const advice = 'it cannot be said now why; try again'
        const late = () => lateFault(parts, advice, run)
        return whyAnswerOf(
          object,
          await within(parts.clock, longestLookMs, parts.explainer.why(object, run), late),
        )
      },
    },
  ]
}
