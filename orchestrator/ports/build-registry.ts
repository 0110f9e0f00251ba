// Which attempts of which runs wait for one load, as a port.

import type { AttemptName } from './lease-book.ts'

export interface BuildClaim extends AttemptName {
  /** Names the work: attempts at the same work have the same name. */
  readonly build: string
  /** The commit that announced the attempt. Another with the same attempt is another decision: the first was lost. */
  readonly commit: string
}

/**
 * A build is open from the claim of its first attempt, its owner, until that attempt is answered; other runs that claim
 * it meanwhile join. It is forgotten after a day, and with all others when the store loses data: then who
 * claims it next owns it. `group`: builds of different groups know nothing of each other.
 * Every call may be repeated, and rejects with STORE_UNAVAILABLE when it may work later.
 */
export interface BuildRegistry {
  /**
   * One reply per claim, in their order. Undefined: the attempt is to be announced. Else the attempt of another run that
   * was announced for it: it is joined, and is told of that one's outcome. A later attempt of the owner takes its
   * place, and who joined stays. A later attempt of a run that joined joins what was announced since; where nothing
   * was, its run has lost patience with the owner, and becomes the owner. A run owns one build of an object: while it
   * does, what it claims of other work is to be announced, and nobody joins it.
   */
  claim(group: string, claims: readonly BuildClaim[]): Promise<readonly (AttemptName | undefined)[]>

  /**
   * These attempts were answered: the builds that they own are closed. Gives for each who had joined; the same again
   * for an hour, so that who was told of it may die and the answer come again.
   */
  close(group: string, answered: readonly AttemptName[]): Promise<readonly (readonly AttemptName[])[]>

  /**
   * The runs do not wait for these attempts any more: they were cancelled, or their patience is over. Gives the
   * announced attempts that nobody waits for now: an owner that left stays announced until the last of its build has
   * left too. Who has left a build is not told of it, and does not join it again. For an hour also an attempt that
   * leaves before it is claimed opens no build and takes none over: it was given up, and need not be answered.
   * Who leaves again is given itself and, for an hour, what it was given as the last of its build.
   */
  leave(group: string, attempts: readonly AttemptName[]): Promise<readonly AttemptName[]>

  /** For each attempt, in the order given, the one that was announced for it; undefined: it joined none. */
  ownersOf(group: string, attempts: readonly AttemptName[]): Promise<readonly (AttemptName | undefined)[]>
}
