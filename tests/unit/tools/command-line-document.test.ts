// The document of the command line says what the program says.

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { commandLineMarkdown } from '../../../tools/command-line-document.ts'
import { exitCodes } from '../../../tools/exit-codes.ts'

const file = readFileSync(new URL('../../../docs/command-line.md', import.meta.url), 'utf8')

describe('docs/command-line.md', () => {
  it('is what the program prints (npm run docs:command-line writes it)', async () => {
    expect(file).toBe(await commandLineMarkdown())
  })

  it('explains every exit code, and no other', () => {
    const table = file.slice(file.indexOf('## Exit codes'), file.indexOf('## Formats'))
    const explained = [...table.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code))
    expect(explained).toEqual(Object.values(exitCodes))
  })
})
