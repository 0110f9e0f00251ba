// Which workers are alive, as a port: what they say of themselves.

import type { Zone } from '../../shared/base/layer.ts'

export interface LiveWorker {
  readonly zone: Zone
  /** Who it is: the owner of its leases. */
  readonly owner: string
  readonly version: string
  /** Loaders it runs at a time. */
  readonly capacity: number
  readonly running: number
  /** When it said so last. */
  readonly seenAtMs: number
}

export interface ZoneDirectory {
  /** The workers that are alive. Rejects with STORE_UNAVAILABLE when it cannot be known. */
  workers(): Promise<readonly LiveWorker[]>
}
