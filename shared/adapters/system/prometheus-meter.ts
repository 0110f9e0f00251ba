// Measurements in the Prometheus text format, kept by the official client.

import {
  Counter as PrometheusCounter,
  Gauge as PrometheusGauge,
  Histogram as PrometheusHistogram,
  Registry,
} from '@prometheus-io/client'
import { assert } from '../../base/assert.ts'
import type { Counter, Gauge, Histogram, Meter, MetricSpec } from '../../ports/meter.ts'
import { LabelledCells } from './labelled-cells.ts'

type Kind = 'counter' | 'gauge' | 'histogram' | 'observed'
type Read = (gauge: Gauge) => void

interface Registered {
  readonly kind: Kind
  readonly labels: readonly string[]
  readonly instrument: unknown
}

/**
 * Keeps its instruments in a registry of its own, never in the client's global one. Counters and gauges
 * are tallied here and handed to the client at each scrape, because the client walks its labels at every
 * single increment; an increment costs a look-up by label values and an addition.
 */
export class PrometheusMeter implements Meter {
  readonly #registry = new Registry()
  readonly #known = new Map<string, Registered>()

  counter(spec: MetricSpec): Counter {
    return this.#once('counter', spec, () => {
      const cells = new LabelledCells(labelsOf(spec), newTally)
      new PrometheusCounter({ ...this.#base(spec), collect: handOver })
      function handOver(this: PrometheusCounter<string>) {
        for (const [labels, tally] of cells.entries()) {
          this.inc(labels, tally.value)
          tally.value = 0
        }
      }
      return {
        add: (amount, labels) => {
          assert(amount >= 0, `counter ${spec.name} only grows`)
          cells.of(labels).value += amount
        },
      }
    })
  }

  gauge(spec: MetricSpec): Gauge {
    return this.#once('gauge', spec, () => {
      const cells = new LabelledCells(labelsOf(spec), newTally)
      new PrometheusGauge({ ...this.#base(spec), collect: handOver })
      function handOver(this: PrometheusGauge<string>) {
        for (const [labels, tally] of cells.entries()) this.set(labels, tally.value)
      }
      return {
        set: (value, labels) => {
          cells.of(labels).value = value
        },
      }
    })
  }

  histogram(spec: MetricSpec & { readonly buckets: readonly number[] }): Histogram {
    return this.#once('histogram', spec, () => {
      const histogram = new PrometheusHistogram({ ...this.#base(spec), buckets: [...spec.buckets] })
      const cells = new LabelledCells(labelsOf(spec), (labels) => histogram.labels(labels))
      return { observe: (value, labels) => cells.of(labels).observe(value) }
    })
  }

  /**
   * Several readers may share one name (say the three zones of one process): each is called at a scrape,
   * in the order in which they came. Labels that no reader sets any more disappear. What a reader that
   * throws would have said is left out: one broken value must not hide all others.
   */
  observe(spec: MetricSpec, read: Read): void {
    const readers = this.#once('observed', spec, () => this.#observed(spec))
    readers.push(read)
  }

  exposition(): Promise<string> {
    return this.#registry.metrics()
  }

  #observed(spec: MetricSpec): Read[] {
    const readers: Read[] = []
    new PrometheusGauge({ ...this.#base(spec), collect: readAll })
    function readAll(this: PrometheusGauge<string>) {
      this.reset()
      if (labelsOf(spec).length === 0) this.remove()
      const gauge: Gauge = { set: (value, labels) => this.set(labels ?? {}, value) }
      for (const read of readers) {
        try {
          read(gauge)
        } catch {
          // left out of this scrape
        }
      }
    }
    return readers
  }

  #base(spec: MetricSpec) {
    return {
      name: spec.name,
      help: spec.help,
      labelNames: [...labelsOf(spec)],
      registers: [this.#registry],
    }
  }

  #once<Instrument>(kind: Kind, spec: MetricSpec, build: () => Instrument): Instrument {
    const known = this.#known.get(spec.name)
    if (known !== undefined) {
      const same = known.kind === kind && known.labels.join() === labelsOf(spec).join()
      assert(same, `metric ${spec.name} is a ${known.kind} with labels [${known.labels}]`)
      return known.instrument as Instrument
    }
    const instrument = build()
    this.#known.set(spec.name, { kind, labels: labelsOf(spec), instrument })
    return instrument
  }
}

function newTally(): { value: number } {
  return { value: 0 }
}

function labelsOf(spec: MetricSpec): readonly string[] {
  return spec.labels ?? []
}
