// Everything a chaos run found out, as it is written to a file and as people read it.

import { tableLines } from '../../../tools/table.ts'
import { type BenchResult, commitNow, machineNow } from '../../report/bench-result.ts'
import { type BrokerWay, brokerWays } from '../house/arena-brokers.ts'
import type { ScenarioResult } from './scenario-result.ts'

export interface PlayedScenario extends ScenarioResult {
  readonly date: string
  readonly commit: string
  /** Whether files differed from the commit. */
  readonly isDirty: boolean
  /** The machine's load average over the last minute before it: others make every figure worse. */
  readonly loadBefore: number
}

export interface ChaosResult {
  readonly format: 'millefeuille/chaos@1'
  readonly node: string
  readonly machine: BenchResult['machine']
  readonly scenarios: readonly PlayedScenario[]
}

export function chaosResult(scenarios: readonly PlayedScenario[]): ChaosResult {
  return { format: 'millefeuille/chaos@1', node: process.version, machine: machineNow(), scenarios }
}

/** The names under which results of a scenario are kept: one for each way to its brokers. */
export function namesOfResult(scenario: string): readonly string[] {
  return brokerWays.map((way) => nameOfResult(scenario, way))
}

function nameOfResult(scenario: string, way: BrokerWay): string {
  return way === 'processes' ? scenario : `${scenario} on ${way}`
}

export function played(result: ScenarioResult, brokers: BrokerWay, loadBefore: number): PlayedScenario {
  const scenario = nameOfResult(result.scenario, brokers)
  return { ...result, scenario, date: new Date().toISOString(), ...commitNow(), loadBefore }
}

export function isKept({ scenarios }: ChaosResult): boolean {
  return scenarios.every(({ findings }) => findings.every((finding) => finding.isKept))
}

/** The promises, the breaches of those that were broken, and the figures. */
export function printedChaos({ scenarios }: ChaosResult): string {
  const promises = tableLines(
    ['scenario', 'promise', 'wanted', 'found', ''],
    scenarios.flatMap(({ scenario, findings }) =>
      findings.map(({ promise, wanted, found, isKept: kept }) => [
        scenario,
        promise,
        wanted,
        found,
        kept ? 'kept' : 'BROKEN',
      ]),
    ),
  )
  const breaches = scenarios.flatMap(({ scenario, findings }) =>
    findings.flatMap((finding) => (finding.breaches ?? []).map((breach) => `BROKEN ${scenario}: ${breach}`)),
  )
  const figures = tableLines(
    ['scenario', 'figure', 'value'],
    scenarios.flatMap(({ scenario, figures: all, tookSeconds }) => [
      ...Object.entries(all).map(([name, value]) => [scenario, name, String(value)]),
      [scenario, 'took', `${Math.round(tookSeconds)} s`],
    ]),
  )
  return [promises, breaches, figures]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')
}
