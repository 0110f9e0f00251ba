// The options that say which objects of the files are wanted; the same for plan, graph and run.

import { type Command, Option } from 'commander'
import type { PlanOptions } from '../orchestrator/core/graph/define-plan.ts'

export interface SelectionOptions {
  readonly target?: readonly string[]
  readonly select?: readonly string[]
  readonly all?: boolean
  readonly missingParents: 'fail' | 'ignore'
}

/** Adds the selection options to a command. */
export function withSelection(command: Command): Command {
  return command
    .option('-t, --target <id...>', 'these objects and all they need')
    .option(
      '-s, --select <selector...>',
      "'+3005' with ancestors, '2002+' with descendants, '+2002+' both, '3005' with what it needs",
    )
    .addOption(new Option('-a, --all', 'every object').conflicts(['target', 'select']))
    .addOption(missingParentsOption())
}

/** For commands that select nothing but check links. */
export function missingParentsOption(): Option {
  return new Option(
    '--missing-parents <policy>',
    'a parent that no file defines: fail, or warn and treat it as loaded',
  )
    .choices(['fail', 'ignore'])
    .default('fail')
}

/** What the options ask for, for a plan made here. */
export function planOptions(options: SelectionOptions): PlanOptions {
  return {
    missingParents: options.missingParents,
    selection: {
      ...(options.target === undefined ? {} : { targets: options.target }),
      ...(options.select === undefined ? {} : { select: options.select }),
      ...(options.all === true ? { all: true } : {}),
    },
  }
}

/** What the options ask for, as the API's body names it. */
export function selectionBody(options: SelectionOptions) {
  return {
    ...(options.target === undefined ? {} : { targets: options.target }),
    ...(options.select === undefined ? {} : { select: options.select }),
    ...(options.all === true ? { all: true } : {}),
    missing_parents: options.missingParents,
  }
}
