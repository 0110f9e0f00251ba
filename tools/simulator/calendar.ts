// The day of a story: when it begins on it, and when the time of day comes until which children wait.

import type { World } from './world.ts'

/** The business date of every run, in UTC. */
export const storyDay = '2026-01-01'

/** The time of day that is to come. */
const waitEndMs = Date.parse(`${storyDay}T00:01Z`)
/** It comes at most this long after the storm. */
const mostAfterMs = 3_000

/** When the story begins: so long before 00:01 that this comes in the storm, or shortly after it. */
export function beginningOf({ stormMs, policies }: World): number {
  return waitEndMs - Math.round(1_000 + policies.waitEnd * (stormMs - 1_000 + mostAfterMs))
}
