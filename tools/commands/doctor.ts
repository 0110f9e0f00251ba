// doctor: looks at everything a run depends on, says what to do about what is wrong, and mends what may be mended.

import { Command, Option } from 'commander'
import { clientConfig } from '../../shared/config/client-config.ts'
import { version } from '../../shared/config/version.ts'
import { brokerConfig } from '../broker-config.ts'
import { clientParts, openClient, serverUrl } from '../client/open-client.ts'
import type { CommandContext, CommandMaker } from '../command-context.ts'
import { type Check, warn } from '../doctor/check.ts'
import type { ConsistencyOptions, ConsistencyReport } from '../doctor/check-consistency.ts'
import { checkConfiguration, checkNode } from '../doctor/check-machine.ts'
import { exitCodeOfDoctor } from '../doctor/exit-code.ts'
import { showCheck, showFindings, showRepairs, showTotal } from '../doctor/show-report.ts'
import { withExamples } from '../examples.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'

interface DoctorOptions extends ConsistencyOptions {
  readonly server?: string
  readonly json?: boolean
}

export const doctorCommand: CommandMaker = (context, end) => {
  const command = new Command('doctor')
    .summary('Checks Kafka, Redis, topics and configuration, and that nothing is lost, and says what to do.')
    .description(
      'Checks the configuration, Kafka and its topics, Redis, the orchestrator, and that journal, Redis and consumer groups agree, and says what to do (docs/doctor.md). Changes nothing without --fix. Ends with 5 when a check fails or something that is broken was not mended; warnings do not count. Ends with 2 when nothing is wrong but that nobody knows the run of --run, or nobody can be asked for it.',
    )
    .addOption(
      new Option(
        '--server <url>',
        'look at this orchestrator too (default: ORCHESTRATOR_URL, else none)',
      ).argParser(serverUrl),
    )
    .option('--run <run>', 'compare journal and Redis for this run only')
    .option('--fix', 'mend what can be mended without losing anything, and say what was done')
    .option('--dry-run', 'say what --fix would do, and do nothing')
    .option('--json', 'print everything as JSON')
    .action(async (options: DoctorOptions) => end(await doctor(context, options)))
  return withExamples(command, [
    ['millefeuille doctor', 'with the environment of the orchestrator'],
    ['millefeuille doctor --server http://orchestrator:8000', 'one that runs'],
    ['millefeuille doctor --fix --dry-run', 'what would be mended'],
  ])
}

async function doctor(context: CommandContext, options: DoctorOptions): Promise<ExitCode> {
  const { terminal } = context
  const checks: Check[] = []
  const tell = (check: Check) => {
    checks.push(check)
    if (!options.json) showCheck(terminal, check)
  }
  for await (const check of checksOf(context, options.server)) tell(check)
  const report = await reportOf(context, checks, options)
  if (report !== undefined) tell(report.check)
  const { findings = [], repairs = [] } = report ?? {}
  const code = exitCodeOfDoctor(checks, report)
  if (options.json) {
    const compared = report === undefined ? {} : { findings, repairs }
    terminal.result(
      JSON.stringify({ format: 'millefeuille/doctor@1', ok: code === exitCodes.done, checks, ...compared }),
    )
  } else {
    showFindings(terminal, findings)
    showRepairs(terminal, repairs)
    showTotal(terminal, checks, findings)
  }
  return code
}

/** One after the other, so that people see how far it is. */
async function* checksOf(context: CommandContext, server: string | undefined): AsyncGenerator<Check> {
  const { env } = context
  yield checkNode(process.version, version)
  yield checkConfiguration(env)
  const { kafka, redis, ...others } = brokerConfig(env)
  const hasRedis = redis.url !== undefined || redis.host !== undefined
  if (kafka.brokers.length > 0) {
    const { checkKafka } = await import('../doctor/check-kafka.ts')
    yield* await checkKafka({ kafka, redis, ...others })
  }
  if (hasRedis) {
    const { checkRedis } = await import('../doctor/check-redis.ts')
    yield* await checkRedis(redis)
  }
  if (hasServer(context, server)) {
    const { checkOrchestrator } = await import('../doctor/check-orchestrator.ts')
    yield* await checkOrchestrator(clientParts(context, server))
  }
}

/** Undefined where there is nothing to compare (embedded, or without one of the two) and nobody asked for it by an option. */
async function reportOf(
  context: CommandContext,
  checks: readonly Check[],
  options: DoctorOptions,
): Promise<ConsistencyReport | undefined> {
  const { kafka, redis } = brokerConfig(context.env)
  if (kafka.brokers.length === 0 || (redis.url === undefined && redis.host === undefined)) {
    if (options.run !== undefined) return reportOfRun(context, options.run, options.server)
    if (!options.fix && !options.dryRun) return undefined
    return unlooked('--fix and --dry-run need the KAFKA_BOOTSTRAP and REDIS_URL of the orchestrator')
  }
  const isMissing = checks.some(({ name, state }) => state === 'fail' && needed.test(name))
  if (isMissing) return unlooked('mend what fails above first')
  const { checkConsistency } = await import('../doctor/check-consistency.ts')
  return checkConsistency(context, options)
}

async function reportOfRun(context: CommandContext, runId: string, server: string | undefined) {
  const { lookForRun } = await import('../doctor/look-for-run.ts')
  return lookForRun(hasServer(context, server) ? openClient(context, server) : undefined, runId)
}

function hasServer({ env }: CommandContext, server: string | undefined): boolean {
  return server !== undefined || clientConfig(env).orchestrator.url !== undefined
}

function unlooked(advice: string): ConsistencyReport {
  const check = warn('consistency', 'it was not looked at', advice)
  return { check, isUnknownRun: false, findings: [], repairs: [] }
}

/** Without these there is nothing to compare. */
const needed = /^(kafka|redis|topic .*)$/
