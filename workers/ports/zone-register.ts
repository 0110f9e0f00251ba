// Where a worker says that it is alive, as a port.

import type { Zone } from '../../shared/base/layer.ts'

export interface WorkerNotice {
  readonly zone: Zone
  /** Who it is: the owner of its leases. */
  readonly owner: string
  readonly version: string
  /** Loaders it runs at a time. */
  readonly capacity: number
  readonly running: number
}

/** Every call may be repeated, and rejects with STORE_UNAVAILABLE when it may work later. */
export interface ZoneRegister {
  /** The worker is alive, and counts as dead when it does not say so again within `ttlMs`. */
  announce(notice: WorkerNotice, ttlMs: number): Promise<void>

  /** The worker leaves. */
  withdraw(notice: Pick<WorkerNotice, 'zone' | 'owner'>): Promise<void>
}
