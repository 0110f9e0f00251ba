// A folder is made with its ancestors, or the file system's refusal is passed on.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { makeFolder } from '../../../../shared/config/make-folder.ts'

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'millefeuille-make-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

it('makes what is missing with its mode, and leaves what is there', () => {
  const deep = join(emptyFolder(), 'a', 'b')
  makeFolder(deep, 0o700)
  makeFolder(deep, 0o755)
  expect(statSync(deep).mode & 0o777).toBe(0o700)
  expect(statSync(join(deep, '..')).mode & 0o777).toBe(0o700)
})

it('passes on that a file is in the way', () => {
  const file = join(emptyFolder(), 'file')
  writeFileSync(file, '')
  expect(() => makeFolder(file)).toThrow('EEXIST')
  expect(() => makeFolder(join(file, 'below'))).toThrow('EEXIST')
})

// In a process of its own: what tries for ever cannot be interrupted from within.
it.runIf(process.platform === 'linux')('ends where nothing can be made (only Linux has /proc)', () => {
  const source = join(import.meta.dirname, '../../../../shared/config/make-folder.ts')
  const script = `import { makeFolder } from ${JSON.stringify(source)}
    try { makeFolder('/proc/nope/below') } catch (error) { console.log(error.code) }`
  const options = { encoding: 'utf8', timeout: 20_000, killSignal: 'SIGKILL' } as const
  const { stdout, signal } = spawnSync(process.execPath, ['--input-type=module', '-e', script], options)
  expect({ stdout, signal }).toEqual({ stdout: 'ENOENT\n', signal: null })
})
