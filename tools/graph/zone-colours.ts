// The colour of each zone in drawings: told apart also by those who see no red or green.

import type { ZoneLabel } from '../../shared/base/layer.ts'

export interface ZoneColour {
  readonly fill: string
  readonly stroke: string
}

export const zoneColours: Record<ZoneLabel, ZoneColour> = {
  '1-Raw': { fill: '#e3effb', stroke: '#2b6cb0' },
  '2-Standardized': { fill: '#fdf0d5', stroke: '#b7791f' },
  '3-Application': { fill: '#e0f2f1', stroke: '#00796b' },
}
