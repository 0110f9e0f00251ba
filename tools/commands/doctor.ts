// doctor: looks at everything a run depends on, and says what to do about what is wrong.

import { Command, Option } from 'commander'
import { clientConfig } from '../../shared/config/client-config.ts'
import { version } from '../../shared/config/version.ts'
import { brokerConfig } from '../broker-config.ts'
import { clientParts, serverUrl } from '../client/open-client.ts'
import type { CommandContext, CommandMaker } from '../command-context.ts'
import type { Check } from '../doctor/check.ts'
import { checkConfiguration, checkNode } from '../doctor/check-machine.ts'
import { withExamples } from '../examples.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import type { Terminal } from '../terminal.ts'
import { counted } from '../validation.ts'

interface DoctorOptions {
  readonly server?: string
  readonly json?: boolean
}

export const doctorCommand: CommandMaker = (context, end) => {
  const command = new Command('doctor')
    .summary('Checks Kafka, Redis, topics and configuration, and says what to do.')
    .description(
      'Checks the configuration, Kafka and its topics, Redis, and the orchestrator, and says what to do. Changes nothing. Ends with 5 when a check fails; warnings do not count.',
    )
    .addOption(
      new Option(
        '--server <url>',
        'look at this orchestrator too (default: ORCHESTRATOR_URL, else none)',
      ).argParser(serverUrl),
    )
    .option('--json', 'print the checks as JSON')
    .action(async (options: DoctorOptions) => end(await doctor(context, options)))
  return withExamples(command, [
    ['millefeuille doctor', 'with the environment of the orchestrator'],
    ['millefeuille doctor --server http://orchestrator:8000', 'one that runs'],
  ])
}

async function doctor(context: CommandContext, { server, json }: DoctorOptions): Promise<ExitCode> {
  const checks: Check[] = []
  for await (const check of checksOf(context, server)) {
    checks.push(check)
    if (!json) showCheck(context.terminal, check)
  }
  const failed = checks.filter(({ state }) => state === 'fail').length
  if (json)
    context.terminal.result(JSON.stringify({ format: 'millefeuille/doctor@1', ok: failed === 0, checks }))
  else showTotal(context.terminal, checks)
  return failed === 0 ? exitCodes.done : exitCodes.unavailable
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
  if (server !== undefined || clientConfig(env).orchestrator.url !== undefined) {
    const { checkOrchestrator } = await import('../doctor/check-orchestrator.ts')
    yield* await checkOrchestrator(clientParts(context, server))
  }
}

const colours = { ok: 'green', warn: 'yellow', fail: 'red' } as const

function showCheck(terminal: Terminal, { name, state, message, advice }: Check): void {
  terminal.result(`${terminal.paintResult(colours[state], state.padEnd(4))}  ${name}: ${message}`)
  if (advice !== null) terminal.result(`      → ${advice}`)
}

function showTotal(terminal: Terminal, checks: readonly Check[]): void {
  const count = (state: Check['state']) => checks.filter((check) => check.state === state).length
  const total = `${count('ok')} ok, ${counted(count('warn'), 'warning')}, ${count('fail')} failed`
  terminal.result(terminal.paintResult(colours[count('fail') > 0 ? 'fail' : 'ok'], total))
}
