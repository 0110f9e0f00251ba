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

/** What is said of an entry. */
type Missing = Pick<Degradation, 'parent' | 'child' | 'loaded_at_ms'>

/** What the object itself lacks, as `without 1002, with an old load of 1003`; empty: nothing. */
export function ownInWords(degraded: readonly Missing[], objectId: string): string {
  return named(degraded.filter(({ child }) => child === objectId).map(inWords))
}

/** What those above it lacked, as `2001 above it went on without 1002`; empty: nothing. */
export function inheritedInWords(degraded: readonly Missing[], objectId: string): string {
  const inherited = degraded.filter(({ child }) => child !== objectId)
  return named(inherited.map((one) => `${one.child} above it went on ${inWords(one)}`))
}

/** Both, to stand after its name: `, without 1003 (2001 above it went on without 1002)`. */
export function missingSuffix(degraded: readonly Missing[], objectId: string): string {
  const own = ownInWords(degraded, objectId)
  const inherited = inheritedInWords(degraded, objectId)
  return `${own === '' ? '' : `, ${own}`}${inherited === '' ? '' : ` (${inherited})`}`
}

function named(words: readonly string[]): string {
  const said = [...new Set(words)]
  const hidden = said.length - mostNamed
  return `${said.slice(0, mostNamed).join(', ')}${hidden > 0 ? ` and ${hidden} more` : ''}`
}

function inWords({ parent, loaded_at_ms }: Missing): string {
  return loaded_at_ms === undefined ? `without ${parent}` : `with an old load of ${parent}`
}
