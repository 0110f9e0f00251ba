// pause, resume: what is done to a run as a whole.

import { Command } from 'commander'
import type { CommandAnswer, RunCommand } from '../../shared/api/command-resource.ts'
import { openClient, serverOption } from '../client/open-client.ts'
import type { CommandMaker } from '../command-context.ts'
import { withExamples } from '../examples.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Terminal } from '../terminal.ts'
import { userName } from '../user-name.ts'

/** What every command about a run understands. */
export interface HandOptions {
  readonly reason?: string
  readonly server?: string
  readonly json?: boolean
}

export function withHandOptions(command: Command): Command {
  return command
    .option('-m, --reason <text>', 'why, for those who look at the run later')
    .addOption(serverOption())
    .option('--json', 'print what happened as JSON')
}

/** Who asks, and why. */
export function byHand({ reason }: HandOptions): { readonly by: string; readonly reason?: string } {
  return { by: userName(), ...(reason === undefined ? {} : { reason }) }
}

export function showAnswer(terminal: Terminal, answer: CommandAnswer, json: boolean | undefined): void {
  if (json) terminal.result(JSON.stringify({ format: 'millefeuille/command@1', ...answer }))
  else terminal.result(answer.message)
}

function runCommand(
  name: RunCommand,
  description: string,
  examples: readonly (readonly [string, string])[],
): CommandMaker {
  return (context, end) => {
    const command = withHandOptions(
      new Command(name).description(description).argument('<run>', 'the id of the run'),
    ).action(async (runId: string, options: HandOptions) => {
      const answer = await openClient(context, options.server).commandRun(runId, name, byHand(options))
      showAnswer(context.terminal, answer, options.json)
      end(exitCodes.done)
    })
    return withExamples(command, examples)
  }
}

export const pauseCommand = runCommand(
  'pause',
  'Pauses a run: nothing more of it is announced, and what is under way may end.',
  [["millefeuille pause daily_operations@2026-11-21 -m 'prices are wrong'", 'hold it']],
)

export const resumeCommand = runCommand('resume', 'Resumes a paused run.', [
  ['millefeuille resume daily_operations@2026-11-21', 'let it go on'],
])
