// Nothing lies in the house that nobody uses: no file, no export, no dependency.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../../..')
const knip = join(root, 'node_modules/knip/bin/knip.js')

/** What knip finds in a folder, in its words; nothing when all is used. */
function unused(folder: string): string {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [knip, '--no-progress', '--no-config-hints', '--directory', folder],
    { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } },
  )
  return (stdout + stderr).trim()
}

describe('what nobody uses', () => {
  const example = mkdtempSync(join(tmpdir(), 'millefeuille-knip-'))

  beforeAll(() => {
    const write = (file: string, text: string) => writeFileSync(join(example, file), text)
    write('package.json', '{ "type": "module", "main": "main.ts", "dependencies": { "kafkajs": "2.2.4" } }')
    write('main.ts', "import { used } from './used.ts'\nused()\n")
    write('used.ts', 'export const used = () => 1\nexport const unusedExport = 2\n')
    write('unused-file.ts', 'export const x = 1\n')
  })

  afterAll(() => rmSync(example, { recursive: true }))

  it('is not there', { timeout: 60_000 }, () => expect(unused(root)).toBe(''))

  it('or it would be noticed: a file, an export, a dependency', { timeout: 60_000 }, () => {
    const found = unused(example)
    for (const name of ['unused-file.ts', 'unusedExport', 'kafkajs']) expect(found).toContain(name)
  })
})
