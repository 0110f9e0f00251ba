// The consumer groups of a house, and how far they have come.

import type { Zone } from '../../../shared/base/layer.ts'
import type { SeenPosition } from './check-group.ts'

export interface GroupOffsets {
  positions(group: string, topics: readonly string[]): Promise<readonly SeenPosition[]>
  members(group: string): Promise<number>
}

export interface GroupNames {
  readonly answers: { readonly group: string; readonly topics: readonly string[] }
  readonly zones: readonly { readonly zone: Zone; readonly group: string; readonly topic: string }[]
}
