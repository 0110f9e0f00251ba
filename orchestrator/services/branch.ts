// The line of commits that a replica follows, as something that can turn out to be lost.

/**
 * Everything that is decided on one copy of a run, and offered to the relay, hangs on one of these. `isLost`:
 * the store has lost some of it, and it was not in the journal either: it is void, and is decided anew.
 */
export interface Branch {
  isLost: boolean
}
