// `run`: opens a run of definition files and follows it, in a house of its own or at an orchestrator.

import { Command, Option } from 'commander'
import { definePlan, type PlannedGraph } from '../../orchestrator/core/graph/define-plan.ts'
import { hasErrors } from '../../orchestrator/core/graph/definition-fault.ts'
import type { OpenRunBody } from '../../shared/api/run-resource.ts'
import type { Json } from '../../shared/base/json.ts'
import { clientConfig } from '../../shared/config/client-config.ts'
import { brokersUnusedLine } from '../broker-variables.ts'
import { serverUrl } from '../client/open-client.ts'
import type { CommandContext, CommandMaker } from '../command-context.ts'
import { withExamples } from '../examples.ts'
import { type ExitCode, exitCodeOfRun, exitCodes } from '../exit-codes.ts'
import { faultCounts, faultLines } from '../fault-lines.ts'
import type { House } from '../house.ts'
import { leftOutLine } from '../left-out-line.ts'
import { lookAgain, untilLost } from '../lost-run.ts'
import { followRun } from '../progress/follow-run.ts'
import { readDefinitions } from '../read-definitions.ts'
import { planOptions, type SelectionOptions, selectionBody, withSelection } from '../selection-options.ts'
import { counted } from '../validation.ts'
import { wholeFrom } from '../whole-option.ts'
import { cancelledLine, cutOff, goingOnLines } from './going-on.ts'

interface RunOptions extends SelectionOptions {
  readonly server?: string
  readonly ephemeral?: boolean
  readonly runId?: string
  readonly tenant?: string
  readonly reuse: 'none' | 'fresh'
  readonly maxRetries?: number
  readonly timeout?: number
  readonly detach?: boolean
  readonly json?: boolean
}

const loadsWhat = 'Loads the objects of definition files and shows how it goes.'
const interruptedHow =
  'In this process Ctrl-C (or SIGTERM) cancels the run for good; what it gave up is loaded by millefeuille start in the same folder, and millefeuille rerun RUN --failed. After kill -9 or a crash the same command goes on with the run. At an orchestrator the run goes on without this command.'

export const runCommand: CommandMaker = (context, end) => {
  const command = new Command('run')
    .summary(loadsWhat)
    .description(`${loadsWhat} ${interruptedHow}`)
    .argument('<file...>', 'files or folders of object definitions; - reads standard input')
    .addOption(
      new Option(
        '--server <url>',
        'run at this orchestrator (default: ORCHESTRATOR_URL, else in this process)',
      ).argParser(serverUrl),
    )
    .addOption(
      new Option(
        '--ephemeral',
        'in this process: keep nothing on the disk, and go on with nothing that is kept',
      ).conflicts(['server', 'detach']),
    )
    .option(
      '--run-id <id>',
      'the id of the run; the same run is followed when it is open already, another one of this id is refused',
    )
    .option('--tenant <name>', 'whose objects they are')
    .addOption(
      new Option('--reuse <policy>', 'objects that are fresh: load them again, or not')
        .choices(['none', 'fresh'])
        .default('none'),
    )
    .addOption(new Option('--max-retries <n>', 'tries after the first one').argParser(wholeFrom(0, 1_000)))
    .addOption(
      new Option('--timeout <seconds>', 'give up the run after this long').argParser(
        wholeFrom(1, 31_536_000),
      ),
    )
    .option('--detach', 'open the run at the orchestrator and do not follow it')
    .option('--json', 'print the facts as JSON, one a line; with --detach what was opened')
    .action(async (paths: readonly string[], options: RunOptions) => {
      if (options.detach === true && serverOf(context, options) === undefined)
        command.error(
          'error: --detach needs an orchestrator that goes on with the run: name one with --server URL or ORCHESTRATOR_URL',
          { exitCode: exitCodes.usage },
        )
      end(await run(context, paths, options))
    })
  return withExamples(withSelection(command), [
    ['millefeuille run objects.json', 'load all, in this process'],
    ['millefeuille run objects/ -t 3005', 'one object, and all it needs'],
    ['millefeuille run objects.json --server http://orchestrator:8000', 'at an orchestrator'],
    ['millefeuille run objects.json --json | jq .type', 'for programs'],
  ])
}

/** The orchestrator to run at; undefined: in this process. Throws CONFIG_INVALID. */
function serverOf({ env }: CommandContext, { server }: RunOptions): string | undefined {
  return server ?? clientConfig(env).orchestrator.url
}

async function run(
  context: CommandContext,
  paths: readonly string[],
  options: RunOptions,
): Promise<ExitCode> {
  const files = await readDefinitions(context, paths)
  const planned = definePlan({ files, ...planOptions(options) })
  const faults = planned.ok ? planned.value.warnings : planned.reason
  for (const line of faultLines(faults, context.terminal.paint)) context.terminal.message(line)
  if (!planned.ok || hasErrors(faults)) {
    context.terminal.message(`nothing was run: ${faultCounts(faults)}`)
    return exitCodes.invalid
  }
  const leftOut = leftOutLine(planned.value.leftOut, options)
  if (leftOut !== undefined) context.terminal.message(leftOut)
  // The house needs Kafka's, Redis' and fastify's packages; a wrong file is told without them.
  const { openHouse } = await import('../open-house.ts')
  const house = await openHouse(context, options)
  const unused = house.isEmbedded ? brokersUnusedLine(context.env) : undefined
  if (unused !== undefined)
    context.terminal.message(`${context.terminal.paint('yellow', 'warning:')} ${unused}`)
  try {
    return await openAndFollow(context, house, planned.value, options)
  } finally {
    await house.close()
  }
}

async function openAndFollow(
  context: CommandContext,
  house: House,
  planned: PlannedGraph,
  options: RunOptions,
) {
  const { terminal } = context
  const before = cutOff(house.goingOn, planned, options)
  for (const line of goingOnLines(house.goingOn, before)) terminal.message(line)
  const opened = await house.openRun(bodyOf(planned, { ...options, ...(before && { runId: before.run_id }) }))
  const runId = opened.run_id
  if (opened.opened) terminal.message(`run ${runId}: ${counted(opened.objects, 'object')}`)
  else if (before === undefined)
    terminal.message(`run ${runId} was opened before${options.detach === true ? '' : ': following it'}`)
  if (options.detach === true) {
    terminal.result(
      options.json === true ? JSON.stringify({ format: 'millefeuille/opened@1', ...opened }) : runId,
    )
    return exitCodes.done
  }
  const leaving = new AbortController()
  const interrupts = interruptsOf(context, house, runId, leaving)
  try {
    const followed = house.followFacts(runId, leaving.signal)
    const facts = house.isEmbedded ? followed : untilLost(runId, followed, true)
    const ended = await followRun({
      ...context,
      facts,
      objects: planned.plan.objects,
      json: options.json === true,
    })
    if (house.isEmbedded && ended?.state === 'cancelled' && interrupts.isRead)
      terminal.message(cancelledLine(runId, options.ephemeral !== true))
    return interrupts.count > 0
      ? exitCodes.interrupted
      : ended === undefined
        ? exitCodes.interrupted
        : exitCodeOfRun(ended)
  } finally {
    interrupts.stop()
  }
}

/** Ctrl-C, or nobody reads any more, which needs no words: an embedded run is cancelled, and the second one forces; a run elsewhere goes on without us. */
function interruptsOf(context: CommandContext, house: House, runId: string, leaving: AbortController) {
  const { terminal } = context
  const interrupts = { count: 0, isRead: true, stop: () => {} }
  interrupts.stop = context.onInterrupt((cause) => {
    interrupts.count++
    interrupts.isRead = cause === 'signal'
    if (house.isEmbedded && interrupts.count === 1) {
      if (cause === 'signal') terminal.message('cancelling the run; Ctrl-C again leaves at once')
      void house.cancelRun(runId, 'interrupted at the command line').catch(() => leaving.abort())
      return
    }
    if (!house.isEmbedded && cause === 'signal')
      terminal.message(`detached, the run goes on. ${lookAgain(runId)}`)
    leaving.abort()
  })
  return interrupts
}

function bodyOf(planned: PlannedGraph, options: RunOptions): OpenRunBody {
  return {
    objects: planned.graph.objects.map((object): Json => object.definition),
    ...selectionBody(options),
    reuse: options.reuse,
    ...(options.runId === undefined ? {} : { run_id: options.runId }),
    ...(options.tenant === undefined ? {} : { tenant: options.tenant }),
    ...(options.maxRetries === undefined ? {} : { max_retries: options.maxRetries }),
    ...(options.timeout === undefined ? {} : { timeout_seconds: options.timeout }),
  }
}
