// The table of dependencies says what package.json and the packages say.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../../..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')

interface Dependency {
  readonly name: string
  readonly version: string
  readonly licence: string
}

/** The rows of every table in a text of Markdown that begin with a package. */
function documented(markdown: string): readonly Dependency[] {
  return markdown.split('\n').flatMap((line) => {
    const [, name, version, licence, purpose, reason] = line.split(/(?<!\\)\|/).map((cell) => cell.trim())
    if (!name?.startsWith('`') || !purpose || !reason) return []
    return [{ name: name.replaceAll('`', ''), version: version ?? '', licence: licence ?? '' }]
  })
}

function installed(asked: Readonly<Record<string, string>>): readonly Dependency[] {
  return Object.entries(asked).map(([name, version]) => {
    const { license } = JSON.parse(read(`node_modules/${name}/package.json`))
    return { name, version, licence: license }
  })
}

const byName = (all: readonly Dependency[]) => [...all].sort((a, b) => (a.name < b.name ? -1 : 1))

describe('docs/dependencies.md', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json'))
  const [, product = '', workshop = ''] = read('docs/dependencies.md').split('\n## ')

  it('lists what the product runs on, with the version and the licence', () => {
    expect(byName(documented(product))).toEqual(byName(installed(dependencies)))
  })

  it('lists what we build and test with, with the version and the licence', () => {
    expect(byName(documented(workshop))).toEqual(byName(installed(devDependencies)))
  })

  it('counts a row only when it says what for and why', () => {
    expect(documented('| `a` | 1.0.0 | MIT | x | y |\n| `b` | 1.0.0 | MIT | x |  |\n| b |')).toEqual([
      { name: 'a', version: '1.0.0', licence: 'MIT' },
    ])
  })
})

describe('package.json', () => {
  it('pins every dependency to one version', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json'))
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+$/.test(String(version)),
    )
    expect(loose).toEqual([])
  })
})
