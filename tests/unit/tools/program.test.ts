// What all commands have in common: help, mistakes in typing, and how errors become exit codes.

import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../../shared/adapters/memory/virtual-clock.ts'
import { Fault, type FaultCode } from '../../../shared/base/fault.ts'
import { version } from '../../../shared/config/version.ts'
import type { CommandContext } from '../../../tools/command-context.ts'
import { exitCodeOf, exitCodeOfRun, exitCodes } from '../../../tools/exit-codes.ts'
import { newProgram } from '../../../tools/program.ts'
import { reportError } from '../../../tools/report-error.ts'
import type { Terminal } from '../../../tools/terminal.ts'
import { millefeuille } from '../../support/command-line.ts'

function silentTerminal(messages: string[] = []): Terminal {
  return {
    result: () => {},
    message: (line) => void messages.push(line),
    paint: (_, text) => text,
    paintResult: (_, text) => text,
    isInteractive: false,
    columns: 80,
    rows: 24,
    resultColumns: 80,
  }
}

/** Every command, those below another included, as it is typed. */
function commandPaths(command: Command, path: readonly string[] = []): readonly (readonly string[])[] {
  const below = command.commands.flatMap((one) => commandPaths(one, [...path, one.name()]))
  return path.length === 0 ? below : [path, ...below]
}

const context: CommandContext = {
  terminal: silentTerminal(),
  env: {},
  clock: new VirtualClock(),
  readStdin: async () => Buffer.of(),
  onInterrupt: () => () => {},
}
const program = newProgram(context, () => {})
const paths = commandPaths(program)

describe('help', () => {
  it.each([[], ...paths].map((path) => ({ path })))('begins with examples: $path', async ({ path }) => {
    const { code, out } = await millefeuille([...path, '--help'])
    expect(code).toBe(0)
    expect(out).toMatch(/^Examples:\n {2}\$ .*millefeuille .* # /)
    expect(out).toContain(`Usage: millefeuille ${path.join(' ')}`)
  })

  it('names every command and every exit code', async () => {
    const { out } = await millefeuille(['--help'])
    for (const [name] of paths) expect(out).toContain(`\n  ${name} `)
    for (const code of Object.values(exitCodes)) expect(out).toMatch(new RegExp(`[ ,:]${code} `))
  })

  it('is no wider than the terminal', async () => {
    const { out } = await millefeuille(['validate', '--help'], { resultColumns: 60 })
    const described = out.slice(out.indexOf('Usage:')).split('\n')
    expect(Math.max(...described.map((line) => line.length))).toBeLessThanOrEqual(60)
  })

  it('is wrong usage when nothing was asked for, and then no result', async () => {
    const { code, out, err } = await millefeuille([])
    expect([code, out]).toEqual([exitCodes.usage, ''])
    expect(err).toMatch(/^Examples:/)
  })

  it('says the version', async () => {
    expect(await millefeuille(['--version'])).toMatchObject({ code: 0, out: version })
  })
})

describe('a mistake in typing ends with 2 and says what was meant', () => {
  it.each([
    [
      'a command',
      ['valdate', 'x.json'],
      "unknown command 'valdate'",
      'Did you mean validate?',
      'millefeuille --help',
    ],
    [
      'an option',
      ['plan', '--jsn', 'x.json'],
      "unknown option '--jsn'",
      'Did you mean --json?',
      'millefeuille plan --help',
    ],
    [
      'a command below',
      ['schedule', 'nxt'],
      "unknown command 'nxt'",
      'Did you mean next?',
      'millefeuille schedule --help',
    ],
    [
      'a missing argument',
      ['validate'],
      "missing required argument 'file'",
      '',
      'millefeuille validate --help',
    ],
    ['a choice', ['graph', 'x', '-f', 'png'], 'mermaid, dot, json, svg', '', 'millefeuille graph --help'],
    [
      'a number',
      ['schedule', 'next', '-n', '0'],
      'a whole number from 1 to 1000',
      '',
      'schedule next --help',
    ],
    [
      'a URL',
      ['status', '--server', 'orchestrator:8000'],
      'begins with http:// or https://',
      '',
      'status --help',
    ],
    [
      '--detach without an orchestrator',
      ['run', 'x.json', '--detach'],
      '--detach needs an orchestrator',
      '--server URL or ORCHESTRATOR_URL',
      'run --help',
    ],
    [
      '--ephemeral at an orchestrator',
      ['run', 'x.json', '--ephemeral', '--server', 'http://127.0.0.1:8000'],
      "option '--ephemeral' cannot be used with option '--server <url>'",
      '',
      'run --help',
    ],
    [
      '--ephemeral and gone',
      ['run', 'x.json', '--ephemeral', '--detach'],
      "option '--ephemeral' cannot be used with option '--detach'",
      '',
      'run --help',
    ],
    [
      '--all beside a target',
      ['plan', 'x', '-t', '3005', '--all'],
      "'-t, --target <id...>'",
      '',
      'plan --help',
    ],
    [
      '--state of one run',
      ['status', 'r', '--state', 'running'],
      '--state and --limit are for the list of runs',
      '',
      'status --help',
    ],
    [
      '-n of one run',
      ['status', 'r', '-n', '20'],
      '--state and --limit are for the list',
      '',
      'status --help',
    ],
    ['--follow of nothing', ['status', '--follow'], '--follow needs the id of a run', '', 'status --help'],
  ])('%s', async (_, args, ...said) => {
    const { code, out, err } = await millefeuille(args)
    expect([code, out]).toEqual([exitCodes.usage, ''])
    for (const text of said) expect(err).toContain(text)
  })
})

describe('an error', () => {
  it.each<[FaultCode, number]>([
    ['DEFINITION_INVALID', 1],
    ['WORKFLOW_INVALID', 1],
    ['FILE_UNREADABLE', 2],
    ['CONFIG_INVALID', 2],
    ['RUN_UNKNOWN', 2],
    ['RUN_EXISTS', 2],
    ['UNAUTHORIZED', 2],
    ['SERVER_UNREACHABLE', 5],
    ['TRANSPORT_UNAVAILABLE', 5],
    ['STORE_UNSAFE', 2],
    ['STORE_REFUSED', 5],
  ])('with the code %s ends with %i', (code, exitCode) => {
    expect(exitCodeOf(new Fault(code, 'x'))).toBe(exitCode)
  })

  it('is printed with its code, and without the passwords in it', () => {
    const said: string[] = []
    const fault = new Fault('STORE_UNAVAILABLE', 'redis://user:secret@host does not answer')
    expect(reportError(fault, silentTerminal(said))).toBe(5)
    expect(said).toEqual(['error STORE_UNAVAILABLE: redis://[redacted]@host does not answer'])
  })

  it.each<[FaultCode, string]>([
    ['DATA_IN_USE', '--server URL'],
    ['DATA_NEWER', 'start the newer release'],
    ['DATA_CORRUPT', 'put the folder back from a copy'],
    ['DATA_UNWRITABLE', '--ephemeral'],
  ])('of the data folder is followed by what to do: %s', (code, advice) => {
    const said: string[] = []
    reportError(new Fault(code, 'x'), silentTerminal(said))
    expect(said).toEqual([`error ${code}: x`, expect.stringMatching(`^→ .*${advice}`)])
  })

  it('that is no fault of the house is called a defect, with its stack', () => {
    const said: string[] = []
    expect(reportError(new TypeError('x is not a function'), silentTerminal(said))).toBe(exitCodes.defect)
    expect(said.join('\n')).toMatch(
      /TypeError: x is not a function\n\s+at .*program\.test\.ts[\s\S]*please report/,
    )
  })
})

it.each([
  ['succeeded', 0],
  ['failed', 3],
  ['cancelled', 3],
  ['timed-out', 4],
])('a followed run that %s ends with %i', (state, code) => {
  expect(exitCodeOfRun({ type: 'run-ended', at_ms: 0, run_id: 'r', state })).toBe(code)
})
