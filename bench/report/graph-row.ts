// One shape on one system, as figures.

import { type Shape, sizeOf } from '../shape.ts'
import { quantile, type Spread, spreadOf } from '../statistics.ts'
import type { Measured } from '../systems.ts'

export interface GraphRow {
  readonly workload: string
  readonly system: string
  readonly objects: number
  readonly repetitions: number
  readonly wallMs: Spread
  /** Objects completed a second. */
  readonly perSecond: Spread
  /** Of a chain: each repetition's median and 99th percentile of the hops. */
  readonly hopMs?: { readonly p50: Spread; readonly p99: Spread }
  /** Wall time divided by the raw client's in the same round. */
  readonly ratioToRaw?: Spread
  /** Of the durable house: wall time divided by that of the embedded one that keeps nothing, in the same round. */
  readonly ratioToEmbedded?: Spread
  /** Median CPU seconds by process. */
  readonly cpuSeconds: Readonly<Record<string, number>>
  /** The most memory its first process ever had. */
  readonly leadMaxRssMiB: number
}

const bytesPerMiB = 2 ** 20

export function graphRow(
  shape: Shape,
  system: string,
  measured: readonly Measured[],
  others: ReadonlyMap<string, readonly Measured[]>,
): GraphRow {
  const objects = sizeOf(shape)
  const wallMs = measured.map((one) => one.wallMs)
  const hops = measured.flatMap(({ hopsMs }) => (hopsMs === undefined ? [] : [hopsMs]))
  const ratiosTo = (other: string) =>
    others.get(other)?.map((one, round) => (wallMs[round] ?? 0) / one.wallMs)
  const toRaw = system === 'raw' ? undefined : ratiosTo('raw')
  const toEmbedded = system === 'durable' ? ratiosTo('embedded') : undefined
  const processes = Object.keys(measured[0]?.cpuSeconds ?? {})
  return {
    workload: shape.name,
    system,
    objects,
    repetitions: measured.length,
    wallMs: spreadOf(wallMs),
    perSecond: spreadOf(wallMs.map((ms) => (objects / ms) * 1_000)),
    ...(hops.length === 0 ? {} : { hopMs: { p50: spread(hops, 0.5), p99: spread(hops, 0.99) } }),
    ...(toRaw === undefined ? {} : { ratioToRaw: spreadOf(toRaw) }),
    ...(toEmbedded === undefined ? {} : { ratioToEmbedded: spreadOf(toEmbedded) }),
    cpuSeconds: Object.fromEntries(
      processes.map((name) => [
        name,
        quantile(
          measured.map((one) => one.cpuSeconds[name] ?? 0),
          0.5,
        ),
      ]),
    ),
    leadMaxRssMiB: Math.max(...measured.map((one) => one.leadMaxRssBytes)) / bytesPerMiB,
  }
}

function spread(hops: readonly (readonly number[])[], fraction: number): Spread {
  return spreadOf(hops.map((each) => quantile(each, fraction)))
}
