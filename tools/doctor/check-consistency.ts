// Looks whether journal, Redis and consumer groups agree, and mends what may be mended.

import { Fault, messageOf } from '../../shared/base/fault.ts'
import type { CommandContext } from '../command-context.ts'
import { type Check, fail, ok } from './check.ts'
import { consistencyConfig } from './consistency/consistency-config.ts'
import type { Finding } from './consistency/finding.ts'
import { type Consistency, openConsistency } from './consistency/open-consistency.ts'
import { type Repaired, repairsOf, wordsOf } from './consistency/repairer.ts'
import { unknownRun } from './unknown-run.ts'

export interface ConsistencyOptions {
  readonly run?: string
  readonly fix?: boolean
  readonly dryRun?: boolean
}

export interface ConsistencyReport {
  /** Whether it could be looked at, and how much. */
  readonly check: Check
  /** Only one run was asked for, and nobody who was asked knows it. */
  readonly isUnknownRun: boolean
  readonly findings: readonly Finding[]
  /** Empty unless they were asked for. */
  readonly repairs: readonly Repaired[]
}

/** Rejects with CONFIG_INVALID only. */
export async function checkConsistency(
  context: CommandContext,
  options: ConsistencyOptions,
): Promise<ConsistencyReport> {
  const { terminal, clock, env } = context
  const progress = (records: number) => {
    if (terminal.isInteractive) terminal.message(`${records} records of the journal are read`)
  }
  const house = openConsistency(consistencyConfig(env), clock, { runId: options.run, progress })
  const findings: Finding[] = []
  try {
    await house.checkFormat()
    for await (const finding of house.inspector.findings()) findings.push(finding)
    const repairs = options.fix || options.dryRun ? await repair(house, findings, options) : []
    const { runs } = house.inspector
    const isUnknownRun = options.run !== undefined && runs === 0
    return { check: checkOf(runs, findings, options.run), isUnknownRun, findings, repairs }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    const advice = `see ${error.code} in docs/faults.md, and ask again`
    const check = fail('consistency', `it could not be looked at: ${messageOf(error)}`, advice)
    return { check, isUnknownRun: false, findings, repairs: [] }
  } finally {
    await house.close()
  }
}

async function repair(
  { repairer }: Consistency,
  findings: readonly Finding[],
  { dryRun }: ConsistencyOptions,
): Promise<readonly Repaired[]> {
  const repaired: Repaired[] = []
  for (const asked of repairsOf(findings)) {
    if (dryRun) repaired.push({ repair: asked, outcome: 'would be done', message: wordsOf(asked) })
    else repaired.push(await repairer.repair(asked))
  }
  return repaired
}

/** `only` is the run that was asked for: one that nobody knows is no proof that all is well. */
function checkOf(runs: number, findings: readonly Finding[], only?: string): Check {
  const name = 'consistency'
  if (only !== undefined && runs === 0)
    return unknownRun(only, 'neither the journal nor Redis has it; millefeuille status lists the runs')
  const looked = `${runs} ${runs === 1 ? 'run was' : 'runs were'} looked at`
  if (findings.length === 0) return ok(name, `${looked}: journal, Redis and consumer groups agree`)
  return ok(name, `${looked}, with ${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}`)
}
