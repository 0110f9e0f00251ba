// README.md prints what the commands print, and lists what there is.

import { describe, expect, it } from 'vitest'
import { whereToLook } from '../../../tools/commands/start.ts'
import { filesOf, millefeuille } from '../../support/command-line.ts'
import { fencedBlocks, readText, tableRows } from '../../support/markdown.ts'

const markdown = readText('README.md')
const blocks = fencedBlocks(markdown)
const definitions = blocks.filter(({ language, text }) => language === 'json' && text.startsWith('['))

/** What README says that a command prints. */
function shown(command: string): string {
  const start = `$ ${command}\n`
  const block = blocks.find(({ text }) => text.startsWith(start))
  return (block?.text ?? '').slice(start.length).trimEnd()
}

describe('README.md', () => {
  it.each(['validate tools/samples', 'plan tools/samples'])('shows what %s prints', async (command) => {
    const { code, out, err } = await millefeuille(command.split(' '))
    expect(code).toBe(0)
    expect([out, err].filter((text) => text !== '').join('\n')).toBe(shown(`npx millefeuille ${command}`))
  })

  it('shows how a run begins and how it ends', async () => {
    const quick = { WORKER_1_PROC_SEC: '0.01', WORKER_2_PROC_SEC: '0.01', WORKER_3_PROC_SEC: '0.01' }
    const { out, err } = await millefeuille(['run', 'tools/samples'], { env: quick })
    const timeless = (text: string) => text.replace(/run [0-9a-f-]{36}/g, 'run ID').replace(/ in .*$/, '')
    const lines = shown('npx millefeuille run tools/samples 2>&1 | cat').split('\n')
    expect(lines.slice(0, 5).map(timeless)).toEqual(err.split('\n').slice(0, 5).map(timeless))
    expect(timeless(lines.at(-1) ?? '')).toBe(timeless(out))
  })

  it('shows what a start says first', () => {
    const lines = shown('npm start').split('\n')
    expect(lines).toEqual([...whereToLook('http://127.0.0.1:8000', false, '/home/me/.millefeuille'), '…'])
  })

  it('shows what is said of the file with faults', async () => {
    const file = filesOf({ 'bad.json': definitions[0]?.text ?? '' })
    const { code, out, err } = await millefeuille(['validate', file('bad.json')])
    expect(code).toBe(1)
    const said = [err, out].filter((text) => text !== '').join('\n')
    expect(said.replaceAll(file('bad.json'), 'bad.json')).toBe(shown('npx millefeuille validate bad.json'))
  })

  it('shows definitions that are valid, beside the one with faults', async () => {
    expect(definitions).toHaveLength(2)
    const file = filesOf({ 'objects.json': definitions[1]?.text ?? '' })
    expect(await millefeuille(['validate', '--strict', file('objects.json')])).toMatchObject({ code: 0 })
  })

  it('names commands that exist', async () => {
    const named = new Set([...markdown.matchAll(/npx millefeuille ([a-z]+)/g)].map((match) => match[1] ?? ''))
    expect(named.size).toBeGreaterThan(3)
    for (const name of named) expect((await millefeuille([name, '--help'])).code, name).toBe(0)
  })

  it('lists every npm script', () => {
    const section = markdown.split('\n## npm scripts\n')[1]?.split('\n## ')[0] ?? ''
    const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> }
    const listed = tableRows(section).map(([name]) => name?.replaceAll('`', '').replace(/^npm (run )?/, ''))
    expect(listed.sort()).toEqual(Object.keys(scripts).sort())
  })

  it('begins with the two commands', () => {
    expect(blocks[0]?.text).toContain('npm ci && npm start')
    expect(blocks[0]?.text).toContain('npm ci && npm test')
  })
})
