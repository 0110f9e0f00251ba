// Measurements as a port, in Prometheus' terms (base units: seconds, bytes; counters end in _total).

export type Labels = Readonly<Record<string, string>>

export interface MetricSpec {
  readonly name: string
  readonly help: string
  readonly labels?: readonly string[]
}

export interface Counter {
  add(amount: number, labels?: Labels): void
}

export interface Gauge {
  set(value: number, labels?: Labels): void
}

export interface Histogram {
  observe(value: number, labels?: Labels): void
}

/** Asking twice for one name gives the same instrument. */
export interface Meter {
  counter(spec: MetricSpec): Counter
  gauge(spec: MetricSpec): Gauge
  /** `buckets`: upper bounds in the unit of the name, ascending. */
  histogram(spec: MetricSpec & { readonly buckets: readonly number[] }): Histogram
  /** `read` is called at each scrape: for values that are cheaper to look up than to track. */
  observe(spec: MetricSpec, read: (gauge: Gauge) => void): void
  /** All instruments in the Prometheus text format. */
  exposition(): Promise<string>
}

const nothing = () => {}

/** Measures nothing. */
export const silentMeter: Meter = {
  counter: () => ({ add: nothing }),
  gauge: () => ({ set: nothing }),
  histogram: () => ({ observe: nothing }),
  observe: nothing,
  exposition: async () => '',
}
