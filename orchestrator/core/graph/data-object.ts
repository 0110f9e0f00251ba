// One object definition after parsing: what the house knows of it, and the definition as it was given.

import type { JsonObject } from '../../../shared/base/json.ts'
import type { Layer, ZoneLabel } from '../../../shared/base/layer.ts'
import type { LinkPolicy } from './link-policy.ts'
import type { ObjectPolicy } from './object-policy.ts'

export type Criticality = 'low' | 'medium' | 'high'

export interface DataObject {
  readonly id: string
  readonly layer: Layer
  readonly zone: ZoneLabel
  readonly name: string | undefined
  /** Ids of the parents, each once, in the order given; all of them exist in the graph. */
  readonly parents: readonly string[]
  readonly criticality: Criticality
  /** A cron expression that fires, if the definition has one. */
  readonly frequency: string | undefined
  /** When the object was last loaded according to its definition, in milliseconds since the epoch. */
  readonly lastRunAtMs: number | undefined
  /** What the definition says of retries and time-outs. */
  readonly policy?: ObjectPolicy | undefined
  /** By parent id, the links that are not simply required. */
  readonly links?: ReadonlyMap<string, LinkPolicy> | undefined
  /** The definition untouched, unknown fields too. */
  readonly definition: JsonObject
}
