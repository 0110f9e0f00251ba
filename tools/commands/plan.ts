// plan: what a run of these files would load, in which order, and what it would leave out.

import { Command } from 'commander'
import { criticalPath } from '../../orchestrator/core/graph/critical-path.ts'
import type { PlannedGraph } from '../../orchestrator/core/graph/define-plan.ts'
import type { PlanObject } from '../../orchestrator/core/graph/plan.ts'
import type { CommandContext, CommandMaker } from '../command-context.ts'
import { withExamples } from '../examples.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { planDefinitions } from '../plan-definitions.ts'
import { showPlan } from '../plan-report.ts'
import { type SelectionOptions, withSelection } from '../selection-options.ts'

interface PlanCommandOptions extends SelectionOptions {
  readonly json?: boolean
  readonly full?: boolean
}

export const planCommand: CommandMaker = (context, end) => {
  const command = withSelection(
    new Command('plan')
      .description('Shows what would be loaded, in which order. Needs no broker and loads nothing.')
      .argument('<file...>', 'files or folders of object definitions; - reads standard input'),
  )
    .option('--full', 'print every object of a large plan')
    .option('--json', 'print the plan as JSON')
    .action(async (paths: readonly string[], options: PlanCommandOptions) =>
      end(await plan(context, paths, options)),
    )
  return withExamples(command, [
    ['millefeuille plan objects.json', 'every application object and all it needs'],
    ['millefeuille plan objects/ -t 3005 3006', 'two objects and all they need'],
    ["millefeuille plan objects/ -s '2002+'", 'one object and all that depends on it'],
    ['millefeuille plan objects/ --json | jq .critical_path', 'for programs'],
  ])
}

async function plan(
  context: CommandContext,
  paths: readonly string[],
  options: PlanCommandOptions,
): Promise<ExitCode> {
  const planned = await planDefinitions(context, paths, options)
  if (planned === undefined) return exitCodes.invalid
  if (options.json) context.terminal.result(planJson(planned))
  else showPlan(context.terminal, planned, options.full ?? false)
  return exitCodes.done
}

/** One line of JSON; objects in order, `links` of those whose links are not all simply required. */
function planJson({ plan, leftOut }: PlannedGraph): string {
  return JSON.stringify({
    format: 'millefeuille/plan@1',
    hash: plan.hash,
    targets: plan.targets,
    objects: plan.objects.map(({ id, layer, zone, level, parents, links }) => ({
      id,
      layer,
      zone,
      level,
      parents,
      ...(links === undefined ? {} : { links: linksJson(links) }),
    })),
    left_out: leftOut,
    critical_path: criticalPath(plan),
  })
}

function linksJson(links: NonNullable<PlanObject['links']>) {
  return Array.from(links, ([id, { kind, ...limits }]) => ({ id, policy: kind, ...limits }))
}
