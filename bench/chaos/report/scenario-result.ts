// What a scenario found: promises, each kept or broken, and figures that are promises of nothing.

export interface Finding {
  readonly promise: string
  readonly wanted: string
  readonly found: string
  readonly isKept: boolean
  /** The first breaches, in words. */
  readonly breaches?: readonly string[]
}

export interface ScenarioResult {
  readonly scenario: string
  readonly tookSeconds: number
  readonly findings: readonly Finding[]
  readonly figures: Readonly<Record<string, string | number>>
}

const breachesShown = 10

/** A promise that something never happens, with all that happened. */
export function never(promise: string, breaches: readonly string[]): Finding {
  return {
    promise,
    wanted: '0',
    found: String(breaches.length),
    isKept: breaches.length === 0,
    ...(breaches.length === 0 ? {} : { breaches: breaches.slice(0, breachesShown) }),
  }
}

/** A promise that a figure is not above a limit; what was never measured is none. */
export function atMost(promise: string, value: number, limit: number, unit = ''): Finding {
  const text = (figure: number) => `${Number.isInteger(figure) ? figure : figure.toFixed(2)} ${unit}`.trim()
  return { promise, wanted: `≤ ${text(limit)}`, found: text(value), isKept: value <= limit }
}
