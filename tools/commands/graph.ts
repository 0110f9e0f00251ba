// graph: the plan of these files as a picture, or as text that other programs draw.

import { writeFile } from 'node:fs/promises'
import { Command, Option } from 'commander'
import type { Plan } from '../../orchestrator/core/graph/plan.ts'
import { Fault, messageOf } from '../../shared/base/fault.ts'
import type { CommandContext, CommandMaker } from '../command-context.ts'
import { withExamples } from '../examples.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { dotOf } from '../graph/dot.ts'
import { graphJsonOf } from '../graph/graph-json.ts'
import { mermaidLimits, mermaidOf } from '../graph/mermaid.ts'
import { svgOf } from '../graph/svg-drawing.ts'
import { planDefinitions } from '../plan-definitions.ts'
import { type SelectionOptions, withSelection } from '../selection-options.ts'
import type { Terminal } from '../terminal.ts'

const writers = { mermaid: mermaidOf, dot: dotOf, json: graphJsonOf, svg: svgOf } as const

interface GraphCommandOptions extends SelectionOptions {
  readonly format: keyof typeof writers
  readonly output?: string
  readonly json?: boolean
}

export const graphCommand: CommandMaker = (context, end) => {
  const command = withSelection(
    new Command('graph')
      .description('Draws what would be loaded: objects, links, zones and the longest chain.')
      .argument('<file...>', 'files or folders of object definitions; - reads standard input'),
  )
    .addOption(
      new Option('-f, --format <format>', 'what to write').choices(Object.keys(writers)).default('mermaid'),
    )
    .option('-o, --output <file>', 'write to this file instead of stdout')
    .option('--json', 'the same as --format json')
    .action(async (paths: readonly string[], options: GraphCommandOptions) =>
      end(await graph(context, paths, options)),
    )
  return withExamples(command, [
    ['millefeuille graph objects.json -f svg -o objects.svg', 'a picture'],
    ['millefeuille graph objects.json', 'Mermaid, for a README'],
    ["millefeuille graph objects/ -f svg -s '+3005' -o 3005.svg", 'what one object needs'],
    ['millefeuille graph objects/ -f dot | dot -Tpdf -o objects.pdf', 'through Graphviz'],
  ])
}

async function graph(
  context: CommandContext,
  paths: readonly string[],
  options: GraphCommandOptions,
): Promise<ExitCode> {
  const format = options.json ? 'json' : options.format
  const planned = await planDefinitions(context, paths, { ...options, json: format === 'json' })
  if (planned === undefined) return exitCodes.invalid
  const { plan } = planned
  const text = writers[format](plan)
  warn(context.terminal, format, plan, text)
  if (options.output === undefined || options.output === '-') context.terminal.result(text)
  else await write(options.output, text, context.terminal)
  return exitCodes.done
}

async function write(file: string, text: string, terminal: Terminal): Promise<void> {
  try {
    await writeFile(file, `${text}\n`)
  } catch (error) {
    throw new Fault('FILE_UNWRITABLE', `cannot write ${file}: ${messageOf(error)}`, { cause: error })
  }
  terminal.message(`wrote ${file}`)
}

/** More boxes than that are drawn, and nobody can read them. */
const mostReadable = 3_000

function warn(
  terminal: Terminal,
  format: keyof typeof writers,
  { objects, parents }: Plan,
  text: string,
): void {
  const links = parents.targets.length
  const head = terminal.paint('yellow', 'warning:')
  const { links: mostLinks, characters } = mermaidLimits
  if (format === 'mermaid' && (links > mostLinks || text.length > characters))
    terminal.message(
      `${head} Mermaid draws at most ${mostLinks} links and ${characters} characters, these are ${links} and ${text.length}: use --format svg, or draw a part with --select`,
    )
  if (format === 'svg' && objects.length > mostReadable)
    terminal.message(
      `${head} a drawing of ${objects.length} objects is hard to read: draw a part with --select`,
    )
}
