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

/** More missing inputs than this are counted, and not named. */
const mostNamed = 3

/** As `without 1002, with an old load of 1003`, for the children of an object that was degraded too; empty when nothing is missing. */
export function missingInWords(degraded: readonly Pick<Degradation, 'parent' | 'loaded_at_ms'>[]): string {
  const said = [...new Set(degraded.map(inWords))]
  const hidden = said.length - mostNamed
  return `${said.slice(0, mostNamed).join(', ')}${hidden > 0 ? ` and ${hidden} more` : ''}`
}

function inWords({ parent, loaded_at_ms }: Pick<Degradation, 'parent' | 'loaded_at_ms'>): string {
  return loaded_at_ms === undefined ? `without ${parent}` : `with an old load of ${parent}`
}
