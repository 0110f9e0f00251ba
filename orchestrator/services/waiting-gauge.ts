// What Prometheus sees of objects that have not ended: how many, by zone and by the reason that `why` would give.

import { at } from '../../shared/base/assert.ts'
import { type Zone, zones } from '../../shared/base/layer.ts'
import type { Gauge, Meter } from '../../shared/ports/meter.ts'
import type { Run } from '../core/run/run.ts'
import { heldReasonOf, type WaitReason, waitReasons, type ZoneCrew } from '../core/run/wait-reason.ts'

export interface WaitingState {
  readonly runs: () => Iterable<{ readonly run: Run | undefined }>
  readonly crews: () => ReadonlyMap<Zone, ZoneCrew>
  readonly deadZones: () => readonly Zone[]
  readonly nowMs: () => number
}

/** Registers the gauge, which is read at each scrape. */
export function observeWaiting(meter: Meter, state: WaitingState): void {
  const objects = {
    name: 'orchestrator_waiting',
    help: 'Objects of live runs that have not ended, by zone and by the reason that `why` gives.',
    labels: ['zone', 'reason'],
  }
  meter.observe(objects, (gauge) => setWaiting(gauge, state))
}

// Looked at from outside while answers wait: one count per zone and reason, and nothing made per object.
function setWaiting(gauge: Gauge, state: WaitingState): void {
  const counts = new Uint32Array(zones.length * waitReasons.length)
  const announced = new Uint32Array(zones.length)
  const nowMs = state.nowMs()
  for (const { run } of state.runs())
    if (run !== undefined && run.head.ended === undefined) countRun(run, nowMs, counts, announced)
  for (const [z, zone] of zones.entries()) {
    addAnnounced(counts, z, at(announced, z), reasonsOfAnnounced(zone, state))
    for (const [r, reason] of waitReasons.entries())
      gauge.set(at(counts, z * waitReasons.length + r), { zone, reason })
  }
}

function countRun(run: Run, nowMs: number, counts: Uint32Array, announced: Uint32Array): void {
  for (const [index, { layer }] of run.plan.objects.entries()) {
    const z = layer / 1000 - 1
    const state = run.stateOf(index)
    if (state === 'ready') announced[z] = at(announced, z) + 1
    else if (state === 'waiting') count(counts, z, heldReasonOf(run, index, nowMs), 1)
  }
}

function count(counts: Uint32Array, zone: number, reason: WaitReason, more: number): void {
  const place = zone * waitReasons.length + waitReasons.indexOf(reason)
  counts[place] = at(counts, place) + more
}

// A scrape asks nobody about single attempts: what the workers say that they run stands for what is leased.
function addAnnounced(
  counts: Uint32Array,
  zone: number,
  announced: number,
  { leased, rest }: { readonly leased: number; readonly rest: WaitReason },
): void {
  const atWork = Math.min(announced, leased)
  count(counts, zone, 'leased-by', atWork)
  count(counts, zone, rest, announced - atWork)
}

function reasonsOfAnnounced(zone: Zone, { crews, deadZones }: WaitingState) {
  const crew = crews().get(zone)
  if (crew !== undefined)
    return {
      leased: crew.running,
      rest: crew.running >= crew.capacity ? 'slot-limit' : 'not-picked-up',
    } as const
  return { leased: 0, rest: deadZones().includes(zone) ? 'no-live-zone' : 'awaiting-answer' } as const
}
