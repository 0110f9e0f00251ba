// The names of what workers keep about attempts in Redis, and the orchestrator reads; all keys of a run share a hash tag.

import { hashTag } from './hash-tag.ts'

export interface AttemptKeys {
  /**
   * What the names of the attempts of a run begin with; `<attempt>:<object id>` follows, or one of these:
   * `leases`, a sorted set of attempts by the end of their leases, and `newest`, a hash of the newest attempt
   * that was claimed of each object that had more than one. No attempt is named so: its name begins with a number.
   */
  base(runId: string): string
  /** Sorted set: the runs that have leases, by the instant of the last sign of it. May name runs that have none. */
  readonly runs: string
}

/** `prefix` begins every key, so that several houses can share a server. */
export function attemptKeys(prefix: string): AttemptKeys {
  return { base: (runId) => `${prefix}attempt:${hashTag(runId)}:`, runs: `${prefix}attempts` }
}

export function nameWithinRun(key: { readonly objectId: string; readonly attempt: number }): string {
  return `${key.attempt}:${key.objectId}`
}

/** The attempt of the run that `nameWithinRun` gave this name. */
export function attemptNamed(runId: string, name: string) {
  const colon = name.indexOf(':')
  return { runId, objectId: name.slice(colon + 1), attempt: Number(name.slice(0, colon)) }
}
