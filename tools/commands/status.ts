// status: the runs of an orchestrator, or one of them.

import { Command, Option } from 'commander'
import { listedStates, type RunResource } from '../../shared/api/run-resource.ts'
import { Fault } from '../../shared/base/fault.ts'
import type { ApiClient, ListWish } from '../client/api-client.ts'
import { openClient, serverOption } from '../client/open-client.ts'
import type { CommandContext, CommandMaker } from '../command-context.ts'
import { withExamples } from '../examples.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import type { FailureNote } from '../progress/run-progress.ts'
import { degradedObjects, type FoundObjects, failedObjects, retryingObjects } from '../run-objects.ts'
import { showRun, showRuns } from '../run-report.ts'
import { watchRun } from '../watch-run.ts'
import { wholeFrom } from '../whole-option.ts'

interface StatusOptions extends ListWish {
  readonly follow?: boolean
  readonly server?: string
  readonly json?: boolean
}

export const statusCommand: CommandMaker = (context, end) => {
  const command = new Command('status')
    .description('Shows the runs of an orchestrator, the newest first, or one run.')
    .argument('[run]', 'the id of a run')
    .addOption(
      new Option('--state <state>', 'only runs in this state; those that are paused are running too').choices(
        listedStates,
      ),
    )
    .addOption(new Option('-n, --limit <n>', 'how many runs').argParser(wholeFrom(1, 1_000)).default(20))
    .option('-f, --follow', 'follow the run until it ends')
    .addOption(serverOption())
    .option('--json', 'print JSON; with --follow the facts, one a line')
    .action(async (runId: string | undefined, options: StatusOptions) =>
      end(await status(context, command, runId, options)),
    )
  return withExamples(command, [
    ['millefeuille status', 'what ran, and how it ended'],
    ['millefeuille status --state running', 'what runs now'],
    [
      'millefeuille status daily_operations@2026-11-21',
      'one run: what failed in it, what went on without something',
    ],
    ['millefeuille status daily_operations@2026-11-21 --follow', 'until it ends'],
  ])
}

/** What only the list of runs understands. */
const listOptions = ['state', 'limit']

async function status(
  context: CommandContext,
  command: Command,
  runId: string | undefined,
  options: StatusOptions,
): Promise<ExitCode> {
  if (runId === undefined && options.follow === true)
    command.error('error: --follow needs the id of a run', { exitCode: exitCodes.usage })
  if (runId !== undefined && listOptions.some((name) => command.getOptionValueSource(name) === 'cli'))
    command.error('error: --state and --limit are for the list of runs, and go without the id of a run', {
      exitCode: exitCodes.usage,
    })
  const client = openClient(context, options.server)
  if (runId === undefined) return listRuns(context, client, options)
  if (options.follow === true) return watchRun(context, client, runId, options.json ?? false)
  return showOne(context, client, runId, options.json ?? false)
}

async function listRuns(
  { terminal, clock }: CommandContext,
  client: ApiClient,
  { state, limit, json }: StatusOptions,
): Promise<ExitCode> {
  const list = await client.listRuns({
    ...(state === undefined ? {} : { state }),
    ...(limit === undefined ? {} : { limit }),
  })
  if (json) terminal.result(JSON.stringify({ format: 'millefeuille/runs@1', ...list }))
  else if (list.runs.length === 0) terminal.message('no runs yet: millefeuille run FILE opens one')
  else showRuns(terminal, list.runs, clock.nowMs())
  if (!json && list.next_before !== null) terminal.message('… and older ones: -n shows more')
  return exitCodes.done
}

/** People read the first failures and the first that went on without something, programs get all. */
const mostShown = 20

async function showOne(
  { terminal, clock }: CommandContext,
  client: ApiClient,
  runId: string,
  json: boolean,
): Promise<ExitCode> {
  const run = await client.getRun(runId)
  const most = json ? Number.POSITIVE_INFINITY : mostShown
  // The run itself is known: what cannot be told beside it is said, and the rest shown.
  const told = <Found>(what: string, asked: Promise<Found>) =>
    asked.catch((error: unknown): undefined => {
      if (!(error instanceof Fault)) throw error
      terminal.message(`${what} cannot be told: ${error.message}`)
    })
  const failures = await told('what failed in it', failuresOf(client, run, most))
  const degraded = await told('what its objects went on without', degradedObjects(client, runId, most))
  const retrying = await told('what waits for its next attempt', retryingIn(client, run, most))
  if (json) {
    const lines = {
      failures: failures?.map(({ objectId, ...note }) => ({ object_id: objectId, ...note })) ?? null,
      degraded: degradedLines(degraded),
      retrying: retryingLines(retrying),
    }
    terminal.result(JSON.stringify({ format: 'millefeuille/run@1', run, ...lines }))
  } else showRun(terminal, { run, failures: failures ?? [], degraded, retrying }, clock.nowMs())
  return exitCodes.done
}

/** Null: it cannot be told. */
function degradedLines(found: FoundObjects | undefined) {
  if (found === undefined) return null
  return found.objects.map(({ object_id, name, degraded }) => ({ object_id, name, degraded }))
}

function retryingLines(found: FoundObjects | undefined) {
  if (found === undefined) return null
  return found.objects.map(({ object_id, name, next_attempt }) => ({ object_id, name, next_attempt }))
}

/** Nothing waits in a run that has ended. */
async function retryingIn(client: ApiClient, run: RunResource, most: number): Promise<FoundObjects> {
  if (run.state !== 'running') return { objects: [], total: 0 }
  return retryingObjects(client, run.run_id, most)
}

/** Those that are failed now: what failed and was tried again since is none. */
async function failuresOf(
  client: ApiClient,
  { run_id, counts }: RunResource,
  most: number,
): Promise<readonly FailureNote[]> {
  if (counts.failed === 0) return []
  const { objects } = await failedObjects(client, run_id, most)
  return objects.map(({ object_id: objectId, attempt, error }) => {
    const { code = 'UNKNOWN', detail = '' } = error ?? {}
    return { objectId, attempt, code, detail }
  })
}
