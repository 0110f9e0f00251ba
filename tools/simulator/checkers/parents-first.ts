// No object starts before its parents are loaded, by what the loaders saw and the store had kept at that moment.

import type { Load, Violation } from '../story.ts'

/** To be asked at the start of every load: `isSatisfied` says what the store knows of an object right now. */
export function startsAfterParents(
  load: Load,
  parents: readonly string[],
  isSatisfied: (objectId: string) => boolean,
): readonly Violation[] {
  return parents
    .filter((parent) => !isSatisfied(parent))
    .map((parent) => ({
      rule: 'parents first',
      text: `${load.objectId} of ${load.runId} started on ${load.worker} before its parent ${parent} was loaded`,
    }))
}
