// cancel: ends a run before its time.

import { Command } from 'commander'
import { openClient, serverOption } from '../client/open-client.ts'
import type { CommandContext, CommandMaker } from '../command-context.ts'
import { withExamples } from '../examples.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { userName } from '../user-name.ts'

interface CancelOptions {
  readonly reason?: string
  readonly server?: string
  readonly json?: boolean
}

export const cancelCommand: CommandMaker = (context, end) => {
  const command = new Command('cancel')
    .description('Cancels a run: nothing more of it is announced. What has ended stays as it is.')
    .argument('<run>', 'the id of the run')
    .option('-m, --reason <text>', 'why, for those who look at the run later')
    .addOption(serverOption())
    .option('--json', 'print what happened as JSON')
    .action(async (runId: string, options: CancelOptions) => end(await cancel(context, runId, options)))
  return withExamples(command, [
    ['millefeuille cancel daily_operations@2026-11-21', 'stop it'],
    ["millefeuille cancel daily_operations@2026-11-21 -m 'wrong prices'", 'and say why'],
  ])
}

async function cancel(
  context: CommandContext,
  runId: string,
  { reason = 'cancelled at the command line', server, json }: CancelOptions,
): Promise<ExitCode> {
  const { terminal } = context
  const answer = await openClient(context, server).cancelRun(runId, reason, userName())
  if (json) terminal.result(JSON.stringify({ format: 'millefeuille/cancelled@1', ...answer }))
  else if (answer.changed) terminal.result(`run ${runId} is cancelled`)
  else terminal.result(`run ${runId} had ended before, ${answer.state}: nothing was changed`)
  return exitCodes.done
}
