// The chaos scenarios in short, so that they cannot rot and their promises are kept at every change: docs/reliability.md has the long ones.

import { expect, it } from 'vitest'
import type { ScenarioResult } from '../../bench/chaos/report/scenario-result.ts'
import { poison } from '../../bench/chaos/scenarios/poison.ts'
import type { Scenario } from '../../bench/chaos/scenarios/scenario.ts'
import { sigterm } from '../../bench/chaos/scenarios/sigterm.ts'
import { storm } from '../../bench/chaos/scenarios/storm.ts'
import { describeWithOwnBrokers } from '../support/brokers/brokers.ts'

/** A storm whose strikes are long over may still have its calm before it. */
const longestMs = 400_000

function played(scenario: Scenario): Promise<ScenarioResult> {
  const said: string[] = []
  const say = (line: string) => void said.push(line)
  const wish = { brokers: 'processes' as const, seed: 4, minutes: 0.3, everySeconds: 3, outageSeconds: 10 }
  return scenario({ ...wish, isQuick: true, say }).catch((error: unknown) => {
    throw new Error(said.join('\n'), { cause: error })
  })
}

const broken = ({ findings }: ScenarioResult) => findings.filter(({ isKept }) => !isKept)

describeWithOwnBrokers('violence', ['kafka', 'redis'], () => {
  it(
    'against random processes loses nothing and doubles no effect',
    async () => {
      const result = await played(storm)
      expect(broken(result)).toEqual([])
      expect(result.figures.strikes).toBeGreaterThanOrEqual(1)
      expect(result.figures['loads begun']).toBeGreaterThan(100)
    },
    longestMs,
  )

  it(
    'that lets every program end in order costs nothing at all',
    async () => {
      const result = await played(sigterm)
      expect(broken(result)).toEqual([])
      expect(result.figures['programs told to go']).toBe(5)
      expect(result.figures['loads in flight on them']).toBeGreaterThanOrEqual(5 * 4)
    },
    longestMs,
  )

  it(
    'by records that nobody can read harms no other record',
    async () => {
      const result = await played(poison)
      expect(broken(result)).toEqual([])
      expect(result.figures['letters in the DLQ']).toBe(20)
    },
    longestMs,
  )
})
