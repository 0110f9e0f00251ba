// retry, mark-loaded, skip, accept-late: what is decided by hand about one object of a run.

import { Command, InvalidArgumentError } from 'commander'
import type { ObjectCommand, ObjectCommandBody } from '../../shared/api/command-resource.ts'
import { type Json, parseJson } from '../../shared/base/json.ts'
import { openClient } from '../client/open-client.ts'
import type { CommandContext, CommandMaker } from '../command-context.ts'
import { withExamples } from '../examples.ts'
import { exitCodes } from '../exit-codes.ts'
import { wholeFrom } from '../whole-option.ts'
import { byHand, type HandOptions, showAnswer, withHandOptions } from './run-commands.ts'

interface ObjectOptions extends HandOptions {
  readonly result?: Json
  readonly attempt?: number
}

const mostAttempts = 65_535

export const retryCommand: CommandMaker = (context, end) =>
  withExamples(
    objectCommand(context, end, 'retry', 'Tries a failed object again, with all that it blocked.'),
    [['millefeuille retry daily_operations@2026-11-21 2005', 'the run goes on, also when it had ended']],
  )

export const markLoadedCommand: CommandMaker = (context, end) => {
  const command = objectCommand(
    context,
    end,
    'mark-loaded',
    'Lets an object count as loaded, because somebody has seen to it by hand.',
  ).option('--result <json>', 'what its children get as their input from it', jsonOf)
  return withExamples(command, [
    ["millefeuille mark-loaded r-7 2005 -m 'loaded from the backup'", 'and say why'],
    [`millefeuille mark-loaded r-7 2005 --result '{"rows": 1204}'`, 'with what its children need'],
  ])
}

export const skipCommand: CommandMaker = (context, end) =>
  withExamples(
    objectCommand(
      context,
      end,
      'skip',
      'Lets a run go on without an object; what hangs below says that it was missing.',
    ),
    [["millefeuille skip r-7 1002 -m 'no tasks today'", 'go on without it']],
  )

export const acceptLateCommand: CommandMaker = (context, end) => {
  const command = objectCommand(
    context,
    end,
    'accept-late',
    'Applies the late result of an attempt that had been given up: the object is loaded.',
  ).option('--attempt <n>', 'whose result counts (default: the newest)', wholeFrom(1, mostAttempts))
  return withExamples(command, [['millefeuille accept-late r-7 2005', 'it was loaded after all']])
}

function objectCommand(
  context: CommandContext,
  end: Parameters<CommandMaker>[1],
  name: ObjectCommand,
  description: string,
): Command {
  const command = new Command(name)
    .description(description)
    .argument('<run>', 'the id of the run')
    .argument('<object>', 'the id of the object')
  return withHandOptions(command).action(async (runId: string, objectId: string, options: ObjectOptions) => {
    const client = openClient(context, options.server)
    const answer = await client.commandObject(runId, objectId, name, bodyOf(options))
    showAnswer(context.terminal, answer, options.json)
    end(exitCodes.done)
  })
}

function bodyOf(options: ObjectOptions): ObjectCommandBody {
  const { result, attempt } = options
  return {
    ...byHand(options),
    ...(result === undefined ? {} : { result }),
    ...(attempt === undefined ? {} : { attempt }),
  }
}

function jsonOf(text: string): Json {
  const json = parseJson(text)
  if (json === undefined) throw new InvalidArgumentError('It takes JSON, such as {"rows": 1204}.')
  return json
}
