// What doctor keeps of a run that the journal knows: the chain of its commits, and no facts.

export interface JournalledChain {
  readonly runId: string
  /** The ids of its commits, from the first to the last. */
  readonly ids: readonly string[]
  /** The hash of its plan; undefined: nobody has opened it. */
  readonly plan: string | undefined
  /** Whether the journal has all of the plan. */
  readonly hasPlan: boolean
  readonly hasEnded: boolean
  /** When its last commit was decided. */
  readonly lastAtMs: number
  /** Outcomes of attempts that nobody announced: object ids. */
  readonly unannounced: readonly string[]
}
