// What an object went on without: said in its Ready event, in its Loaded event, and by all that is below it.

export interface Degradation {
  /** The object whose current load was not there. */
  readonly parent: string
  /** The child that went on first; those below it carry the same entry. */
  readonly child: string
  /** `late`: the time it waits for the parent was over. */
  readonly reason: 'failed' | 'blocked' | 'skipped' | 'late'
  /** When what it went on with was loaded, in milliseconds since the epoch; absent: it went on without. */
  readonly loaded_at_ms?: number
}
