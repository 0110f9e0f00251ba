// validate: whether definition files are right, and everything that is wrong with them.

import { Command } from 'commander'
import { definePlan } from '../../orchestrator/core/graph/define-plan.ts'
import type { CommandContext, CommandMaker } from '../command-context.ts'
import { withExamples } from '../examples.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { readDefinitions } from '../read-definitions.ts'
import { missingParentsOption } from '../selection-options.ts'
import { showValidation, validationJson } from '../validation.ts'

interface ValidateOptions {
  readonly json?: boolean
  readonly strict?: boolean
  readonly missingParents: 'fail' | 'ignore'
}

export const validateCommand: CommandMaker = (context, end) => {
  const command = new Command('validate')
    .description('Checks definition files, and reports everything that is wrong with them at once.')
    .argument('<file...>', 'files or folders of object definitions; - reads standard input')
    .option('--strict', 'warnings count as errors')
    .addOption(missingParentsOption())
    .option('--json', 'print the faults as JSON')
    .action(async (paths: readonly string[], options: ValidateOptions) =>
      end(await validate(context, paths, options)),
    )
  return withExamples(command, [
    ['millefeuille validate objects.json', 'one file'],
    ['millefeuille validate objects/ more.ndjson', 'a folder and a file, as one graph'],
    ['generate | millefeuille validate -', 'what a program writes'],
    ['millefeuille validate --strict --json objects/', 'for continuous integration'],
  ])
}

async function validate(
  context: CommandContext,
  paths: readonly string[],
  { json = false, strict = false, missingParents }: ValidateOptions,
): Promise<ExitCode> {
  const files = await readDefinitions(context, paths)
  const outcome = definePlan({ files, missingParents, selection: { all: true } })
  const faults = outcome.ok ? outcome.value.warnings : outcome.reason
  const ok = outcome.ok && !(strict && faults.length > 0)
  const graph = outcome.ok ? outcome.value.counts : undefined
  if (json) context.terminal.result(validationJson({ ok, faults, files: files.length, graph }))
  else showValidation(context.terminal, { ok, faults, files: files.length, graph })
  return ok ? exitCodes.done : exitCodes.invalid
}
