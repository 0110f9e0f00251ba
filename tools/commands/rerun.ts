// rerun: a new run of what failed in another, which reuses what was loaded.

import { Command, Option } from 'commander'
import type {
  RerunAnswer,
  RerunBody,
  RerunObject,
  RerunPlan,
  RerunReason,
} from '../../shared/api/command-resource.ts'
import { Fault } from '../../shared/base/fault.ts'
import type { ApiClient } from '../client/api-client.ts'
import { openClient } from '../client/open-client.ts'
import type { CommandContext, CommandMaker } from '../command-context.ts'
import { withExamples } from '../examples.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { fittingTable } from '../fitting-table.ts'
import type { Terminal } from '../terminal.ts'
import { watchRun } from '../watch-run.ts'
import { byHand, type HandOptions, withHandOptions } from './run-commands.ts'

interface RerunOptions extends HandOptions {
  readonly failed?: boolean
  readonly withDownstream?: boolean
  readonly object?: readonly string[]
  readonly runId?: string
  readonly dryRun?: boolean
  readonly follow?: boolean
}

const opensWhat =
  'Opens a run of what failed in another run. What was loaded there is reused, not loaded again.'

export const rerunCommand: CommandMaker = (context, end) => {
  const command = withHandOptions(
    new Command('rerun')
      .summary(opensWhat)
      .description(`${opensWhat} When nothing failed there is nothing to do: it opens none and ends with 0.`)
      .argument('<run>', 'the id of the run that failed')
      .option('--failed', 'what failed, and what was given up with the run')
      .option('--with-downstream', 'and all that needs one of these')
      .option('--object <id...>', 'objects by id, whatever became of them')
      .option('--run-id <id>', 'the id of the new run (default: a new one)')
      .option('--dry-run', 'only say what would be loaded again')
      .addOption(new Option('-f, --follow', 'follow the new run until it ends').conflicts('dryRun')),
  ).action(async (runId: string, options: RerunOptions) => {
    if (options.failed !== true && options.object === undefined)
      command.error('error: say what is run again: --failed, or --object ID', { exitCode: exitCodes.usage })
    end(await rerun(context, runId, options))
  })
  return withExamples(command, [
    ['millefeuille rerun r-7 --failed --dry-run', 'what would be loaded again?'],
    ['millefeuille rerun r-7 --failed --with-downstream', 'load it, and what was blocked by it'],
    ['millefeuille rerun r-7 --object 2005 --with-downstream -f', 'one object and what needs it; watch'],
  ])
}

/** The exact set is asked for and shown first, and the run that is opened is of no other. */
async function rerun(context: CommandContext, runId: string, options: RerunOptions): Promise<ExitCode> {
  const { terminal } = context
  const json = options.json === true
  const client = openClient(context, options.server)
  // Asked before the set: what ends in between has all its failures in it.
  const run = options.failed === true ? await client.getRun(runId) : undefined
  const planned = await client.planRerun(runId, bodyOf(options)).catch((error: unknown) => {
    throw withHint(error, options)
  })
  if (!json) showSet(terminal, planned)
  if (run?.state === 'running') terminal.message(goesOnLine(runId))
  // Between the two somebody may have mended what had failed.
  const isWanted = options.dryRun !== true && planned.objects.length > 0
  const answer: RerunAnswer | RerunPlan = isWanted ? await client.rerun(runId, bodyOf(options)) : planned
  if (json) showJson(terminal, answer)
  if (!hasRun(answer)) {
    if (isWanted && !json) showSet(terminal, answer)
    return exitCodes.done
  }
  if (!json) terminal.result(openedLine(answer))
  return options.follow === true ? followed(context, client, answer, options) : exitCodes.done
}

/** An id may have commas in it, but where none is known by it, somebody meant several. */
function withHint(error: unknown, { object = [] }: RerunOptions): unknown {
  if (!(error instanceof Fault) || error.code !== 'OBJECT_UNKNOWN') return error
  const several = object.find((id) => id.includes(',') && error.message.endsWith(` ${id}`))
  if (several === undefined) return error
  const apart = several.split(',').filter((id) => id !== '')
  const hint = `several ids are separated by blanks: --object ${apart.join(' ')}`
  return new Fault(error.code, `${error.message}; ${hint}`, { cause: error, detail: error.detail })
}

function hasRun(answer: RerunPlan | RerunAnswer): answer is RerunAnswer {
  return 'run_id' in answer
}

function followed(
  context: CommandContext,
  client: ApiClient,
  { run_id }: RerunAnswer,
  { json }: RerunOptions,
): Promise<ExitCode> {
  return watchRun(context, client, run_id, json === true)
}

function bodyOf(options: RerunOptions): RerunBody {
  const { failed, withDownstream, object, runId } = options
  return {
    ...byHand(options),
    failed: failed === true,
    with_downstream: withDownstream === true,
    ...(object === undefined ? {} : { objects: object }),
    ...(runId === undefined ? {} : { run_id: runId }),
  }
}

function goesOnLine(runId: string): string {
  return `run ${runId} still goes on: this is what failed in it so far, and more may fail`
}

function showSet(terminal: Terminal, { rerun_of, objects, reused }: RerunPlan): void {
  if (objects.length === 0)
    return terminal.result(`nothing failed in run ${rerun_of}: there is nothing to run again`)
  const rows = objects.map((object) => [object.id, object.name ?? '', object.was, reasonText(object)])
  for (const line of fittingTable(terminal.resultColumns, ['LOAD AGAIN', 'NAME', 'WAS', 'WHY'], rows))
    terminal.result(line)
  terminal.result(`${objects.length} to be loaded again, ${reused} reused`)
}

const reasons: Readonly<Record<RerunReason, string>> = {
  failed: 'failed',
  'asked-for': 'asked for',
  below: 'below',
  'needed-by': 'needed by',
}

function reasonText({ reason, of, was }: RerunObject): string {
  if (of !== null) return `${reasons[reason]} ${of}`
  return reason === 'failed' && was === 'cancelled' ? 'given up' : reasons[reason]
}

function openedLine({ run_id, rerun_of, opened }: RerunAnswer): string {
  const what = `run ${run_id} is open${opened ? '' : ' already'}, a rerun of ${rerun_of}`
  return opened ? what : `${what} and of this very set: nothing was opened`
}

function showJson(terminal: Terminal, answer: RerunPlan): void {
  terminal.result(JSON.stringify({ format: 'millefeuille/rerun@1', ...answer }))
}
