// From the files that a command line names to a plan, or to the faults on the terminal.

import { definePlan, type PlannedGraph } from '../orchestrator/core/graph/define-plan.ts'
import type { CommandContext } from './command-context.ts'
import { faultLines } from './fault-lines.ts'
import { readDefinitions } from './read-definitions.ts'
import { planOptions, type SelectionOptions } from './selection-options.ts'
import { reportFaults, validationJson } from './validation.ts'

/**
 * The plan; its warnings are told on stderr. Undefined when the files are invalid: then all faults were told,
 * with `json` as the object that `validate --json` prints. Rejects with FILE_UNREADABLE.
 */
export async function planDefinitions(
  context: CommandContext,
  paths: readonly string[],
  options: SelectionOptions & { readonly json?: boolean },
): Promise<PlannedGraph | undefined> {
  const { terminal } = context
  const files = await readDefinitions(context, paths)
  const outcome = definePlan({ files, ...planOptions(options) })
  if (outcome.ok) {
    for (const line of faultLines(outcome.value.warnings, terminal.paint)) terminal.message(line)
    return outcome.value
  }
  if (options.json)
    terminal.result(
      validationJson({ ok: false, faults: outcome.reason, files: files.length, graph: undefined }),
    )
  else reportFaults(terminal, outcome.reason)
  return undefined
}
