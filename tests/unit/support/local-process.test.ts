// A program that a test starts is watched, and goes when the test goes.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { LocalProcess } from '../../support/brokers/local-process.ts'
import { untilAnswers } from '../../support/brokers/readiness.ts'

const folder = mkdtempSync(join(tmpdir(), 'millefeuille-process-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Node with a script of one line. */
const program = (name: string, script: string) =>
  new LocalProcess({
    command: process.execPath,
    args: ['--input-type=module', '-e', script],
    logFile: join(folder, name),
  })

/** Whether a process runs; one that has ended and is not yet collected by its parent does not. */
function isAlive(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' })
  return stdout.trim() !== '' && !stdout.startsWith('Z')
}

describe('a program of a test', () => {
  it('says what it printed and how it ended', async () => {
    const running = program('ends', "console.log('there'); console.error('too'); process.exitCode = 3")
    expect(running.end).toBeUndefined()
    expect(await running.ended).toEqual({ code: 3, signal: null })
    expect(running.output()).toBe('there\ntoo\n')
  })

  it('is gone when kill resolves', async () => {
    const running = program('killed', 'setInterval(() => {}, 1000)')
    expect(await running.kill('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' })
    expect(isAlive(running.pid ?? 0)).toBe(false)
  })

  it('ends with neither code nor signal when there is no such program', async () => {
    const none = new LocalProcess({ command: '/no/such/program', args: [], logFile: join(folder, 'none') })
    expect(await none.ended).toEqual({ code: null, signal: null })
  })

  it('goes when the process that started it is killed', async () => {
    const source = JSON.stringify(join(import.meta.dirname, '../../support/brokers/local-process.ts'))
    const parent = program(
      'parent',
      `const { LocalProcess } = await import(${source})
       const child = new LocalProcess({ command: 'sleep', args: ['600'], logFile: '/dev/null' })
       console.log(child.pid)
       setInterval(() => {}, 1000)`,
    )
    const said = async () => {
      if (!/^\d+\n/m.test(parent.output())) throw new Error(parent.output())
    }
    await untilAnswers('the parent', said, { withinMs: 20_000 })
    const child = Number(/^\d+/m.exec(parent.output())?.[0])
    expect(isAlive(child)).toBe(true)
    await parent.kill('SIGKILL')
    const gone = async () => {
      if (isAlive(child)) throw new Error(`${child} lives`)
    }
    await untilAnswers('the child is left behind', gone, { withinMs: 20_000 })
  })
})
