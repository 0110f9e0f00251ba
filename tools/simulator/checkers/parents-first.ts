// No object starts before its parents are loaded, by what the loaders had done at that moment.

import type { Load, Violation } from '../story.ts'

/** To be asked at the start of every load: `isLoaded` says whether a load of an object has ended well before. */
export function startsAfterParents(
  load: Load,
  parents: readonly string[],
  isLoaded: (objectId: string) => boolean,
): readonly Violation[] {
  return parents
    .filter((parent) => !isLoaded(parent))
    .map((parent) => ({
      rule: 'parents first',
      text: `${load.objectId} of ${load.runId} started on ${load.worker} before its parent ${parent} was loaded`,
    }))
}
