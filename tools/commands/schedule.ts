// schedule: what the workflows' schedules are going to open.

import { Command, Option } from 'commander'
import type { TickResource } from '../../shared/api/schedule-resource.ts'
import { openClient, serverOption } from '../client/open-client.ts'
import type { CommandContext, CommandMaker } from '../command-context.ts'
import { spanInWords } from '../duration.ts'
import { withExamples } from '../examples.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { fittingTable } from '../fitting-table.ts'
import { utcText } from '../run-report.ts'
import { wholeFrom } from '../whole-option.ts'

interface NextOptions {
  readonly count: number
  readonly server?: string
  readonly json?: boolean
}

export const scheduleCommand: CommandMaker = (context, end) => {
  const next = new Command('next')
    .description('Lists the next runs, the soonest first: local time, UTC, and how long it is until then.')
    .addOption(new Option('-n, --count <n>', 'how many').argParser(wholeFrom(1, 1_000)).default(10))
    .addOption(serverOption())
    .option('--json', 'print the runs as JSON')
    .action(async (options: NextOptions) => end(await showNext(context, options)))
  withExamples(next, [
    ['millefeuille schedule next', 'the next ten'],
    ['millefeuille schedule next -n 100 --json', 'for programs'],
  ])
  const command = new Command('schedule').description('Looks at the schedules of workflows.').addCommand(next)
  return withExamples(command, [['millefeuille schedule next', 'when what will run']])
}

async function showNext(context: CommandContext, { count, server, json }: NextOptions): Promise<ExitCode> {
  const { terminal, clock } = context
  const { ticks } = await openClient(context, server).schedule(count)
  if (json) terminal.result(JSON.stringify({ format: 'millefeuille/schedule@1', ticks }))
  else if (ticks.length === 0) terminal.message('no workflow has a schedule that fires')
  else {
    const head = ['WORKFLOW', 'IN', 'LOCAL TIME', 'TIME ZONE', 'UTC', 'RUN', 'TENANT', '']
    const rows = ticks.map((tick) => rowOf(tick, clock.nowMs()))
    for (const line of fittingTable(terminal.resultColumns, head, rows)) terminal.result(line)
  }
  return exitCodes.done
}

function rowOf(tick: TickResource, nowMs: number): readonly string[] {
  const leftMs = Date.parse(tick.at) - nowMs
  return [
    tick.workflow,
    leftMs > 0 ? spanInWords(leftMs) : 'now',
    localText(tick.at),
    tick.time_zone,
    utcText(tick.at),
    tick.run_id,
    tick.tenant,
    tick.opened ? 'opened already' : '',
  ]
}

/** `Sat 2026-11-21 08:00:00 +01:00`: as the clock on the wall shows it there. */
function localText(at: string): string {
  const [, date = '', time = '', offset = ''] = /^(.{10})T(\d\d:\d\d:\d\d)[.\d]*(.*)$/.exec(at) ?? []
  const day = new Date(`${date}T00:00:00Z`).toLocaleDateString('en-GB', { weekday: 'short', timeZone: 'UTC' })
  return `${day} ${date} ${time} ${offset === 'Z' ? '+00:00' : offset}`
}
