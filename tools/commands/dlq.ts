// dlq: the dead letters, which are what nobody could load or read.

import { Command, Option } from 'commander'
import type { LetterWish } from '../client/api-client.ts'
import { openClient, serverOption } from '../client/open-client.ts'
import type { CommandContext, CommandMaker } from '../command-context.ts'
import { filterOf, stateOption, withFilters } from '../dead-letters/letter-filters.ts'
import { breakdownOf, showLetter, showLetters } from '../dead-letters/letter-report.ts'
import { withExamples } from '../examples.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { wholeFrom } from '../whole-option.ts'
import { letterCommand } from './dlq-act.ts'

interface ShowOptions {
  readonly server?: string
  readonly json?: boolean
}

type ListOptions = LetterWish & ShowOptions

const mostLetters = 10_000

export const dlqCommand: CommandMaker = (context, end) => {
  const command = new Command('dlq')
    .description(
      'Looks through the dead letters: objects that failed for good, records that nobody can read.',
    )
    .addCommand(listCommand(context, end))
    .addCommand(showCommand(context, end))
    .addCommand(letterCommand(context, end, 'retry'))
    .addCommand(letterCommand(context, end, 'discard'))
  return withExamples(command, [
    ['millefeuille dlq list', 'what needs somebody'],
    ['millefeuille dlq show 3.1811', 'why?'],
    ['millefeuille dlq retry 3.1811', 'it is mended: try again'],
  ])
}

const listCommand: CommandMaker = (context, end) => {
  const command = withFilters(new Command('list'), context.clock)
    .summary('Lists dead letters, the newest first.')
    .description(
      'Lists dead letters, the newest first; those that are open unless --state says otherwise. What was retried or discarded stays: --state all lists it too.',
    )
    .addOption(stateOption())
    .addOption(new Option('-n, --limit <n>', 'how many').argParser(wholeFrom(1, mostLetters)).default(20))
    .addOption(serverOption())
    .option('--json', 'print JSON')
    .action(async (options: ListOptions) => end(await list(context, options)))
  return withExamples(command, [
    ['millefeuille dlq list', 'what needs somebody'],
    ['millefeuille dlq list --zone 1-Raw --since 2h', 'what failed in a zone in the last two hours'],
    ['millefeuille dlq list --state all --run daily_operations@2026-11-21', 'and what became of it'],
  ])
}

const showCommand: CommandMaker = (context, end) => {
  const command = new Command('show')
    .summary('Shows a dead letter with its error, stack and event.')
    .description(
      'Shows a dead letter with its error, where it was thrown, and the event itself; and what became of it: by whom, and the letter that came of a retry in vain.',
    )
    .argument('<id>', 'the id of the letter, as dlq list shows it')
    .addOption(serverOption())
    .option('--json', 'print JSON')
    .action(async (id: string, { server, json }: ShowOptions) => {
      const letter = await openClient(context, server).getLetter(id)
      if (json) context.terminal.result(JSON.stringify({ format: 'millefeuille/dead-letter@1', ...letter }))
      else showLetter(context.terminal, letter)
      end(exitCodes.done)
    })
  return withExamples(command, [
    ['millefeuille dlq show 3.1811', 'all that is known of it'],
    [
      'millefeuille dlq list --state all --object 1005',
      'its letters, also those that were retried or discarded',
    ],
  ])
}

async function list(context: CommandContext, options: ListOptions): Promise<ExitCode> {
  const { terminal } = context
  const { state = 'open', limit = 20, server, json } = options
  const letters = await openClient(context, server).listLetters({ ...filterOf(options), state, limit })
  if (json) terminal.result(JSON.stringify({ format: 'millefeuille/dead-letters@1', ...letters }))
  else if (letters.total === 0) terminal.message('no such dead letters')
  else {
    showLetters(terminal, letters.entries)
    if (letters.total > 1) terminal.result('')
    if (letters.total > 1) for (const line of breakdownOf(terminal, letters)) terminal.result(line)
    const hidden = letters.total - letters.entries.length
    if (hidden > 0) terminal.message(`… and ${hidden} older ones: -n shows more`)
  }
  return exitCodes.done
}
