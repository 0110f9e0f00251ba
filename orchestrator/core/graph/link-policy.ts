// What a link means to a child when its parent is not there: the default is that it waits, and is blocked by a failure.

export const linkKinds = ['required', 'optional', 'stale-ok'] as const
export type LinkKind = (typeof linkKinds)[number]

export interface LinkPolicy {
  /**
   * `required`: a parent that failed blocks the child. `optional`: the child goes on without it. `stale-ok`: the child
   * goes on with the last good load of the parent, if that is not older than `max_age_ms`, else it is blocked.
   */
  readonly kind: LinkKind
  /** `stale-ok` only, in milliseconds; undefined: however old. */
  readonly max_age_ms?: number
  /** `optional` and `stale-ok`: the child waits for the parent until this time of day (HH:MM) of the run's business date, then goes on without it, or with a last load that serves; where there is none it waits on. */
  readonly wait_until?: string
}

/** Whether two links mean the same; undefined: it is required. */
export function isSameLink(one: LinkPolicy | undefined, other: LinkPolicy | undefined): boolean {
  return (
    one?.kind === other?.kind &&
    one?.max_age_ms === other?.max_age_ms &&
    one?.wait_until === other?.wait_until
  )
}
