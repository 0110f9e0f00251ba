// What every scenario is given.

import type { BrokerWay } from '../house/arena-brokers.ts'
import type { ScenarioResult } from '../report/scenario-result.ts'

export interface ScenarioWish {
  readonly seed: number
  readonly brokers: BrokerWay
  /** How long the storm strikes at most. */
  readonly minutes: number
  /** Between two strikes of the storm. */
  readonly everySeconds: number
  /** How long each broker is away in the outage. */
  readonly outageSeconds: number
  /** Small sizes: shows in a minute that everything works. */
  readonly isQuick: boolean
  readonly say: (line: string) => void
}

/** Resolves also when promises were broken; rejects when the scenario could not be played. */
export type Scenario = (wish: ScenarioWish) => Promise<ScenarioResult>
