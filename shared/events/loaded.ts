// ObjectLoaded: a zone says that an attempt succeeded.

import type { Json } from '../base/json.ts'
import type { ZoneLabel } from '../base/layer.ts'
import type { Degradation } from './degradation.ts'

export interface LoadedEvent {
  readonly event: 'ObjectLoaded'
  /** The version of this format; absent: the first. */
  readonly v?: 1
  readonly id: string
  readonly status: 'loaded'
  readonly zone: ZoneLabel
  readonly info: string
  readonly run_id: string
  readonly attempt: number
  /** What the children get as their input from this object. */
  readonly result?: Json
  /** As in the Ready event. */
  readonly degraded?: readonly Degradation[]
}
