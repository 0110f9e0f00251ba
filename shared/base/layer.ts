// The three layers and the worker zone that serves each of them.

export const layers = [1000, 2000, 3000] as const
export type Layer = (typeof layers)[number]

/** A zone's name as topics and `WORKER_TYPE` spell it. */
export const zones = ['ingestion', 'standardization', 'application'] as const
export type Zone = (typeof zones)[number]

/** A zone as data engineers write it in definitions and as events carry it. */
export const zoneLabels = ['1-Raw', '2-Standardized', '3-Application'] as const
export type ZoneLabel = (typeof zoneLabels)[number]

const rank: Record<Layer, 0 | 1 | 2> = { 1000: 0, 2000: 1, 3000: 2 }

export function zoneOf(layer: Layer): Zone {
  return zones[rank[layer]]
}

export function zoneLabelOf(layer: Layer): ZoneLabel {
  return zoneLabels[rank[layer]]
}
