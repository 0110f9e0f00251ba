// How the process itself fares: event-loop delay, memory, processor time, as metrics.

import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Gauge, Meter } from '../../ports/meter.ts'
import type { Service } from '../../service/service.ts'

/** How often the delay is sampled, in milliseconds. */
const resolutionMs = 10

/** Measures from `start` to `stop`; the delay is that since the last scrape. */
export class ProcessMetrics implements Service {
  readonly name = 'process-metrics'
  readonly #delays = monitorEventLoopDelay({ resolution: resolutionMs })

  constructor(meter: Meter) {
    meter.observe(
      {
        name: 'event_loop_delay_seconds',
        help: 'How late timers fire because the event loop is busy, since the last scrape.',
        labels: ['quantile'],
      },
      (gauge) => this.#readDelays(gauge),
    )
    meter.observe({ name: 'process_resident_memory_bytes', help: 'Memory the process holds.' }, (gauge) =>
      gauge.set(process.memoryUsage.rss()),
    )
    meter.observe({ name: 'process_heap_used_bytes', help: 'JavaScript heap in use.' }, (gauge) =>
      gauge.set(process.memoryUsage().heapUsed),
    )
    meter.observe({ name: 'process_cpu_seconds', help: 'Processor time used, user and system.' }, (gauge) => {
      const { user, system } = process.cpuUsage()
      gauge.set((user + system) / 1e6)
    })
    meter.observe({ name: 'process_uptime_seconds', help: 'Time since the process began.' }, (gauge) =>
      gauge.set(process.uptime()),
    )
  }

  async start(): Promise<void> {
    this.#delays.enable()
  }

  async stop(): Promise<void> {
    this.#delays.disable()
  }

  #readDelays(gauge: Gauge): void {
    if (this.#delays.count === 0) return
    gauge.set(delaySeconds(this.#delays.percentile(50)), { quantile: '0.5' })
    gauge.set(delaySeconds(this.#delays.percentile(99)), { quantile: '0.99' })
    gauge.set(delaySeconds(this.#delays.max), { quantile: '1' })
    this.#delays.reset()
  }
}

/** Node records the time between two samples in nanoseconds: what exceeds the interval is the delay. */
function delaySeconds(betweenNs: number): number {
  return Math.max(0, betweenNs - resolutionMs * 1e6) / 1e9
}
