// trigger: opens the run of a workflow by hand.

import { Command } from 'commander'
import type { TriggerBody } from '../../shared/api/schedule-resource.ts'
import { openClient, serverOption } from '../client/open-client.ts'
import type { CommandContext, CommandMaker } from '../command-context.ts'
import { withExamples } from '../examples.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { counted } from '../validation.ts'
import { watchRun } from '../watch-run.ts'

interface TriggerOptions extends TriggerBody {
  readonly follow?: boolean
  readonly server?: string
  readonly json?: boolean
}

export const triggerCommand: CommandMaker = (context, end) => {
  const command = new Command('trigger')
    .description('Opens the run of a workflow for a business date, unless it was opened before.')
    .argument('<workflow>', 'the name of the workflow')
    .option('--date <date>', "YYYY-MM-DD (default: today in the schedule's time zone)")
    .option('--tenant <name>', 'whose workflow')
    .option('-f, --follow', 'follow the run until it ends')
    .addOption(serverOption())
    .option('--json', 'print the run as JSON; with --follow the facts, one a line')
    .action(async (workflow: string, options: TriggerOptions) =>
      end(await trigger(context, workflow, options)),
    )
  return withExamples(command, [
    ['millefeuille trigger daily_operations', "today's run, now"],
    ['millefeuille trigger daily_operations --date 2026-11-21 --tenant madrid', 'another day, one tenant'],
    ['millefeuille trigger daily_operations --follow', 'and wait for its end'],
  ])
}

async function trigger(
  context: CommandContext,
  workflow: string,
  { date, tenant, follow = false, server, json = false }: TriggerOptions,
): Promise<ExitCode> {
  const { terminal } = context
  const client = openClient(context, server)
  const answer = await client.trigger(workflow, {
    ...(date === undefined ? {} : { date }),
    ...(tenant === undefined ? {} : { tenant }),
  })
  const { run_id: runId, opened, objects } = answer
  if (follow) return watchRun(context, client, runId, json)
  if (json) terminal.result(JSON.stringify({ format: 'millefeuille/opened@1', ...answer }))
  else {
    terminal.result(
      opened ? `run ${runId} is open: ${counted(objects, 'object')}` : `run ${runId} was opened before`,
    )
    terminal.message(`follow it: millefeuille status ${runId} --follow`)
  }
  return exitCodes.done
}
