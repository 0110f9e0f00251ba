// The command line as a program: every command, its help, and how errors become exit codes.

import { Command, CommanderError, type OutputConfiguration } from 'commander'
import { version } from '../shared/config/version.ts'
import type { CommandContext, CommandMaker, End } from './command-context.ts'
import { cancelCommand } from './commands/cancel.ts'
import { dlqCommand } from './commands/dlq.ts'
import { doctorCommand } from './commands/doctor.ts'
import { graphCommand } from './commands/graph.ts'
import {
  acceptLateCommand,
  markLoadedCommand,
  retryCommand,
  skipCommand,
} from './commands/object-commands.ts'
import { planCommand } from './commands/plan.ts'
import { rerunCommand } from './commands/rerun.ts'
import { runCommand } from './commands/run.ts'
import { pauseCommand, resumeCommand } from './commands/run-commands.ts'
import { scheduleCommand } from './commands/schedule.ts'
import { startCommand } from './commands/start.ts'
import { statusCommand } from './commands/status.ts'
import { topicsCommand } from './commands/topics.ts'
import { triggerCommand } from './commands/trigger.ts'
import { validateCommand } from './commands/validate.ts'
import { whyCommand } from './commands/why.ts'
import { workerCommand } from './commands/worker.ts'
import { withExamples } from './examples.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import { reportError } from './report-error.ts'
import type { Terminal } from './terminal.ts'

/**
 * Every command, in the order of the help. To add one: a file `commands/<name>.ts` that exports a
 * `CommandMaker` (see command-context.ts), and its line here. What is the same for all (help width, errors,
 * exit codes, did-you-mean) is set below and not in the command. A command that needs heavy packages imports
 * them within its action, so that `--help` and `validate` stay quick.
 */
const makers: readonly CommandMaker[] = [
  validateCommand,
  planCommand,
  graphCommand,
  runCommand,
  startCommand,
  workerCommand,
  statusCommand,
  whyCommand,
  cancelCommand,
  pauseCommand,
  resumeCommand,
  retryCommand,
  rerunCommand,
  skipCommand,
  markLoadedCommand,
  acceptLateCommand,
  dlqCommand,
  triggerCommand,
  scheduleCommand,
  topicsCommand,
  doctorCommand,
]

/** Runs one command line, without the program's name in front. Never rejects: every error is printed and has its code. */
export async function runProgram(context: CommandContext, args: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = exitCodes.done
  let acting: Command | undefined
  const program = newProgram(context, (given) => {
    code = given
  })
  program.hook('preAction', (_, command) => {
    acting = command
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return code
  } catch (error) {
    // Commander has printed it already: help, version, or what is wrong with the command line.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
    return reportError(error, context.terminal, acting)
  }
}

export function newProgram(context: CommandContext, end: End): Command {
  const program = new Command('millefeuille')
    .description(
      'Loads layered, dependent data objects through worker zones on Kafka, or all in one process.',
    )
    .version(version, '-V, --version', 'print the version')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', exitCodeHelp)
  withExamples(program, [
    ['millefeuille validate objects/', 'is everything right with these files?'],
    ['millefeuille plan objects.json', 'what would be loaded, in which order'],
    ['millefeuille run objects.json', 'load it, and watch'],
    ['millefeuille run objects.json -t 3005', 'one object, and all it needs'],
    ['millefeuille status', 'what ran, and how it ended'],
    ['millefeuille why 3005', 'why has it not run?'],
  ])
  for (const make of makers) program.addCommand(make(context, end))
  return behaving(program, outputOf(context.terminal))
}

const exitCodeHelp = `
Exit codes: 0 done, 1 invalid definitions, 2 wrong usage or configuration, 3 objects failed or run cancelled,
            4 run timed out, 5 orchestrator, Kafka, Redis or data folder not available, 70 a defect,
            130 interrupted
`

/** Gives a command, and those below it, what all have in common. */
function behaving(command: Command, output: OutputConfiguration): Command {
  command
    .exitOverride()
    .configureOutput(output)
    .configureHelp({ minWidthToWrap: 20 })
    .showHelpAfterError(`Try: ${pathOf(command)} --help`)
  for (const below of command.commands) behaving(below, output)
  return command
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`
}

/** The widest help that is still read with ease. */
const mostColumns = 110

function outputOf(terminal: Terminal): OutputConfiguration {
  return {
    writeOut: (text) => terminal.result(text.replace(/\n$/, '')),
    writeErr: (text) => terminal.message(text.replace(/\n$/, '')),
    outputError: (text, write) => write(text.replace(/^error:/, terminal.paint('red', 'error:'))),
    getOutHelpWidth: () => Math.min(terminal.resultColumns, mostColumns),
    getErrHelpWidth: () => Math.min(terminal.columns, mostColumns),
    getOutHasColors: () => false,
    getErrHasColors: () => false,
  }
}
