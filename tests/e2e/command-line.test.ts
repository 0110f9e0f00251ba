// The command line as a process: its launcher, exit codes, pipes that close, and colours only where they are wanted.

import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, realpathSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { sampleFile } from '../support/command-line.ts'

const launcher = join(import.meta.dirname, '../../tools/millefeuille.js')
const { NO_COLOR: _, FORCE_COLOR: __, ORCHESTRATOR_URL: ___, ...env } = process.env

/** Nodes of the PATH that cannot run TypeScript. */
const olderNodes = [...new Set([...(process.env.PATH ?? '').split(delimiter), '/usr/bin', '/usr/local/bin'])]
  .map((folder) => join(folder, 'node'))
  .filter((node) => existsSync(node) && realpathSync(node) !== realpathSync(process.execPath))
  .filter((node) => Number(/^v(\d+)/.exec(spawnSync(node, ['-v'], { encoding: 'utf8' }).stdout)?.[1]) < 24)

/** The name, with the reason where this machine cannot run it: that is said on stderr too. */
function aloud(name: string, obstacle: string | undefined): string {
  if (obstacle === undefined) return name
  process.stderr.write(`[machine] SKIPPED "${name}": ${obstacle}\n`)
  return `${name} (${obstacle})`
}
const fullObstacle = existsSync('/dev/full') ? undefined : 'no /dev/full on this machine'
const oldNodeObstacle =
  olderNodes.length > 0 ? undefined : 'no Node before 24 in the PATH, /usr/bin or /usr/local/bin'

interface Surroundings {
  readonly node?: string
  readonly stdin?: string
  readonly stdout?: number
  readonly env?: NodeJS.ProcessEnv
}

function start(args: readonly string[], { node, stdin = '', stdout, ...others }: Surroundings = {}) {
  const child = spawn(node ?? process.execPath, [launcher, ...args], {
    env,
    ...others,
    stdio: ['pipe', stdout ?? 'pipe', 'pipe'],
  }) as ChildProcessWithoutNullStreams
  child.stdin.end(stdin)
  return child
}

/** The exit code; null when a signal ended it. */
async function endOf(child: ChildProcessWithoutNullStreams): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode
}

async function run(args: readonly string[], surroundings?: Surroundings) {
  const child = start(args, surroundings)
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await endOf(child), out, err }
}

const manyObjects = JSON.stringify(
  Array.from({ length: 50_000 }, (_, index) => ({ id: 1_000_000 + index, layer: 1000 })),
)

describe('millefeuille', () => {
  it.each([
    [0, ['validate', sampleFile], '', /^valid: 1 file, 9 objects/, /^$/],
    [1, ['validate', '-'], '[{"zone":"1-Raw"}]', /^stdin:1:2: error MISSING_ID/, /^$/],
    [2, ['validate', 'no-such-file.json'], '', /^$/, /^error FILE_UNREADABLE/],
    [2, ['plna'], '', /^$/, /Did you mean plan\?/],
    [5, ['status', '--server', 'http://127.0.0.1:9'], '', /^$/, /^error SERVER_UNREACHABLE/],
  ])('ends with %i: %j', async (expected, args, stdin, onOut, onErr) => {
    const { code, out, err } = await run(args, { stdin })
    expect(code).toBe(expected)
    expect(out).toMatch(onOut)
    expect(err).toMatch(onErr)
  })

  it('writes no colour into a pipe, and does where it is forced', async () => {
    const plain = await run(['plan', sampleFile])
    expect(plain.out).not.toContain('\u001b')
    const forced = await run(['plan', sampleFile], { env: { ...env, FORCE_COLOR: '1' } })
    expect(forced.out).toContain('\u001b[1m1-Raw, level 0')
    const refused = await run(['plan', sampleFile], { env: { ...env, NO_COLOR: '1' } })
    expect(refused.out).toBe(plain.out)
  })

  it('ends quietly, with the code of its work, when its reader leaves early', async () => {
    const child = start(['plan', '-', '--full'], { stdin: manyObjects })
    child.stdout.once('data', () => child.stdout.destroy())
    const err = await text(child.stderr)
    expect([await endOf(child), err]).toEqual([0, ''])
  })

  it('gives up a run in this process without a word when its reader leaves early', async () => {
    const child = start(['run', sampleFile, '--json'])
    child.stdout.once('data', () => child.stdout.destroy())
    const err = await text(child.stderr)
    await endOf(child)
    expect(err).toMatch(/^run \S+: 9 objects\n$/)
  })

  const unwritable = aloud('ends with 5 when its results cannot be written', fullObstacle)
  it.skipIf(fullObstacle !== undefined)(unwritable, async () => {
    const full = openSync('/dev/full', 'w')
    const child = start(['plan', sampleFile], { stdout: full })
    const err = await text(child.stderr)
    closeSync(full)
    expect(await endOf(child)).toBe(5)
    expect(err).toMatch(/^error: the results could not be written: ENOSPC/)
  })

  it('writes all of a long result to a slow reader', async () => {
    const { code, out } = await run(['plan', '-', '--json'], { stdin: manyObjects })
    expect(code).toBe(0)
    expect(JSON.parse(out).objects).toHaveLength(50_000)
  })
})

const onAnOlderNode = aloud('millefeuille on an older Node', oldNodeObstacle)
describe.skipIf(oldNodeObstacle !== undefined)(onAnOlderNode, () => {
  const [node = ''] = olderNodes

  it('goes on with the pinned one, with its results and exit codes', async () => {
    expect(await run(['--version'], { node })).toMatchObject({ code: 0, err: '' })
    expect(await run(['plna'], { node })).toMatchObject({ code: 2, out: '' })
    const { code, out } = await run(['validate', '--json', '-'], { node, stdin: '[{}]' })
    expect([code, JSON.parse(out).ok]).toEqual([1, false])
  })
})
