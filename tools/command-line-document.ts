// docs/command-line.md: every command with its help and what it prints, taken from real runs of the program.

import type { Command } from 'commander'
import { SystemClock } from '../shared/adapters/system/system-clock.ts'
import type { CommandContext } from './command-context.ts'
import { newProgram, runProgram } from './program.ts'
import type { Terminal } from './terminal.ts'

const columns = 100

/** Runs to be shown below a command's help; they need neither a broker nor an orchestrator. */
const shownRuns: Readonly<Record<string, readonly (readonly string[])[]>> = {
  validate: [
    ['validate', 'tools/samples/objects.json'],
    ['validate', '-', '--json'],
  ],
  plan: [
    ['plan', 'tools/samples/objects.json', '-t', '3006'],
    ['plan', 'tools/samples/objects.json', '-t', '3005', '--json'],
  ],
  graph: [['graph', 'tools/samples/objects.json', '-t', '3005']],
}

/** What standard input holds in them. */
const stdin =
  '[\n  { "id": 1001, "zone": "1-Raw" },\n  { "id": 2001, "zone": "2-Standardized", "parents": [1010] }\n]\n'

const preamble = `# The command line

\`npx millefeuille <command>\`. Results are on stdout, messages on stderr; \`--json\` prints results for programs.
A pipe gets neither colours nor repainted lines, and whole lines however long; \`NO_COLOR\` turns colours off on a
terminal too. When the reader of a pipe leaves (\`| head\`), the command ends quietly.

Files are JSON arrays or NDJSON; a folder stands for the \`.json\`, \`.ndjson\` and \`.jsonl\` files in it, \`-\` for
standard input. Several are one graph together.

\`status\`, \`cancel\`, \`trigger\`, \`dlq\` and \`schedule next\` talk to the orchestrator of \`--server\`, else of
\`ORCHESTRATOR_URL\`, else to \`http://127.0.0.1:8000\`, with the token of \`API_TOKEN\`. \`run\` talks to one when
\`--server\` or \`ORCHESTRATOR_URL\` names it, else it loads everything in its own process.

This file is written by \`npm run docs:command-line\`.

## Exit codes

| code | meaning |
|---|---|
| 0 | done; of \`run\` and \`--follow\`: everything was loaded |
| 1 | a definition file is invalid |
| 2 | the command line or the configuration is wrong, a file cannot be read, or a run, object, workflow or dead letter is not known |
| 3 | the run ended and some objects failed, or somebody cancelled it; of \`dlq retry\`: the canary failed |
| 4 | the run ended because it took too long |
| 5 | it could not be done now: the orchestrator, Kafka, Redis or the disk does not answer, or the data folder is another process's; of \`doctor\`: a check failed, or something broken was not mended |
| 70 | a defect of Millefeuille itself |
| 130 | interrupted by Ctrl-C |

## Formats

Every object that \`--json\` prints begins with \`format\`, a name and a version: fields are added within a version,
and taken away or changed only with a new one. Files that are invalid are told by \`plan --json\` and
\`graph --json\` as \`validate --json\` does, with exit code 1; any other error is text on stderr.

| command | format | fields |
|---|---|---|
| \`validate\` | \`millefeuille/validate@1\` | \`ok\`, \`faults\` (\`code\`, \`severity\`, \`file\`, \`line\`, \`column\`, \`pointer\`, \`message\`, \`hint\`), \`counts\` |
| \`plan\` | \`millefeuille/plan@1\` | \`hash\`, \`targets\`, \`objects\` in order (\`id\`, \`layer\`, \`zone\`, \`level\`, \`parents\`), \`left_out\` (\`id\`, \`reason\`: \`inactive\` or \`not-needed\`), \`critical_path\` |
| \`graph --format json\` | \`millefeuille/graph@1\` | \`hash\`, \`nodes\` in order, \`links\` (\`from\`, \`to\`) |
| \`run\`, \`--follow\` | \`millefeuille/facts@1\` | one fact a line after this one, the last of type \`run-ended\` |
| \`status\` | \`millefeuille/runs@1\` | \`runs\`, \`next_before\` |
| \`status RUN\` | \`millefeuille/run@1\` | \`run\`, \`failures\` (\`object_id\`, \`attempt\`, \`code\`, \`detail\`), \`degraded\`: what went on without something (\`object_id\`, \`name\`, \`degraded\`), \`retrying\`: what waits for its next attempt (\`object_id\`, \`name\`, \`next_attempt\`); null where it cannot be told |
| \`cancel\` | \`millefeuille/cancelled@1\` | \`run_id\`, \`changed\`, \`state\` |
| \`why\` | \`millefeuille/why@1\` | \`run_id\`, \`object_id\`, \`chain\` to the root cause (\`object_id\`, \`name\`, \`state\`, \`reason\`, \`since\`, \`text\`, \`owner\`, \`release\`, \`degraded\`), \`text\` |
| \`pause\`, \`resume\`, \`retry\`, \`skip\`, \`mark-loaded\`, \`accept-late\` | \`millefeuille/command@1\` | \`run_id\`, \`object_id\`, \`changed\`, \`message\`, \`state\` |
| \`rerun\` | \`millefeuille/rerun@1\` | \`run_id\` (not with \`--dry-run\`), \`rerun_of\`, \`opened\`, \`objects\` in order (\`id\`, \`name\`, \`was\`, \`reason\`: \`failed\`, \`asked-for\`, \`below\` or \`needed-by\`, \`of\`: the object that it is below of or needed by, else null), \`reused\`: how many |
| \`dlq list\` | \`millefeuille/dead-letters@1\` | \`entries\` (\`id\`, \`kind\`: \`object\` or \`record\`, \`state\`, \`category\`, \`code\`, \`message\`, \`attempts\`, \`first_at\`, \`last_at\`, \`run_id\`, \`object_id\`, \`zone\`, \`tenant\`, \`workflow\`, \`source\`, \`retry_of\` and \`retried_as\` (ids of letters), \`resolved\`: \`by\`, \`reason\`, \`at\` and \`rerun\`, or null), \`total\`, \`groups\` (\`code\`, \`zone\`, \`count\`) |
| \`dlq show\` | \`millefeuille/dead-letter@1\` | one of these, with \`stack\` and \`event\` |
| \`dlq retry\`, \`dlq discard\` | \`millefeuille/letters-done@1\` | \`command\`, \`dry_run\`, \`done\` (\`id\`, \`changed\`, \`message\`), \`untouched\` (ids), \`canary\`: \`well\`, \`failed\`, \`timed-out\`, \`interrupted\` or null |
| \`trigger\` | \`millefeuille/opened@1\` | \`run_id\`, \`opened\`, \`objects\`, \`plan\`, \`warnings\` |
| \`schedule next\` | \`millefeuille/schedule@1\` | \`ticks\` |
| \`topics create\` | \`millefeuille/topics@1\` | \`topics\` (\`name\`, \`partitions\`, \`replicas\`, \`outcome\`: \`created\`, \`missing\` or \`present\`, \`differences\`) |
| \`doctor\` | \`millefeuille/doctor@1\` | \`ok\`, \`checks\` (\`name\`, \`state\`: \`ok\`, \`warn\` or \`fail\`, \`message\`, \`advice\`); with Kafka and Redis also \`findings\` (\`code\`, \`state\`, \`subject\`, \`message\`, \`advice\`, \`repair\`) and \`repairs\` (\`repair\`, \`outcome\`: \`done\`, \`would be done\`, \`unneeded\` or \`failed\`, \`message\`) |
`

/** The whole document. Runs the program in this process, in the current folder, which must be the repository's. */
export async function commandLineMarkdown(): Promise<string> {
  const parts = [preamble, section('millefeuille', await printed(['--help']))]
  for (const path of leavesOf(newProgram(contextOf([]), () => {}))) {
    parts.push(section(path.join(' '), await printed([...path, '--help'])))
    for (const args of shownRuns[path.join(' ')] ?? []) parts.push(shown(args, await printed(args)))
  }
  return `${parts.join('\n')}`
}

function section(title: string, help: string): string {
  return `## ${title}\n\n\`\`\`\n${help.trimEnd()}\n\`\`\`\n`
}

function shown(args: readonly string[], output: string): string {
  const given = args.includes('-') ? `$ cat objects.json\n${stdin}` : ''
  const line = args.includes('-')
    ? `cat objects.json | millefeuille ${args.join(' ')}`
    : `millefeuille ${args.join(' ')}`
  return `\`\`\`\n${given}$ ${line}\n${output.trimEnd()}\n\`\`\`\n`
}

/** The commands that do something, as they are typed. */
function leavesOf(command: Command, path: readonly string[] = []): readonly (readonly string[])[] {
  if (command.commands.length === 0) return [path]
  return command.commands.flatMap((below) => leavesOf(below, [...path, below.name()]))
}

async function printed(args: readonly string[]): Promise<string> {
  const lines: string[] = []
  await runProgram(contextOf(lines), args)
  return lines.join('\n')
}

function contextOf(lines: string[]): CommandContext {
  const say = (line: string) => void lines.push(line)
  const terminal: Terminal = {
    result: say,
    message: say,
    paint: (_, text) => text,
    paintResult: (_, text) => text,
    isInteractive: false,
    columns,
    rows: 24,
    resultColumns: columns,
  }
  const readStdin = async () => Buffer.from(stdin)
  return { terminal, env: {}, clock: new SystemClock(), readStdin, onInterrupt: () => () => {} }
}
