// why: what an object waits for or fails by, down to the root of it.

import { Command } from 'commander'
import { openClient, serverOption } from '../client/open-client.ts'
import type { CommandMaker } from '../command-context.ts'
import { withExamples } from '../examples.ts'
import { exitCodes } from '../exit-codes.ts'

interface WhyOptions {
  readonly run?: string
  readonly server?: string
  readonly json?: boolean
}

export const whyCommand: CommandMaker = (context, end) => {
  const command = new Command('why')
    .description(
      'Says why an object is where it is: what it waits for or fails by, since when, and what would release it.',
    )
    .argument('<object>', 'the id of the object')
    .option('--run <id>', 'in this run (default: the newest that goes on and has the object)')
    .addOption(serverOption())
    .option('--json', 'print the answer as JSON')
    .action(async (objectId: string, { run, server, json }: WhyOptions) => {
      const { terminal } = context
      const answer = await openClient(context, server).why(objectId, run)
      terminal.result(json ? JSON.stringify({ format: 'millefeuille/why@1', ...answer }) : answer.text)
      end(exitCodes.done)
    })
  return withExamples(command, [
    ['millefeuille why 3005', 'what is it waiting for?'],
    ['millefeuille why 3005 --run daily_operations@2026-11-21', 'in one run'],
    ["millefeuille why 3005 --json | jq -r '.chain[-1].reason'", 'the root cause, for programs'],
  ])
}
