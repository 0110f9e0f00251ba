// No link of the documentation leads nowhere.

import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  anchorOf,
  headings,
  linkTargets,
  markdownFiles,
  projectFolder,
  readText,
  withoutBlocks,
} from '../../support/markdown.ts'

/** What is wrong with the links of a file, one line each. */
function brokenLinks(file: string, markdown: string): readonly string[] {
  const relative = linkTargets(markdown).filter((target) => !/^[a-z]+:/.test(target))
  return relative.flatMap((target) => {
    const [path = '', anchor] = target.split('#')
    const aim = path === '' ? file : join(dirname(file), path)
    if (path !== '' && !existsSync(join(projectFolder, aim))) return [`${file}: ${target} does not exist`]
    if (anchor === undefined || !aim.endsWith('.md')) return []
    const text = path === '' ? markdown : readText(aim)
    const anchors = headings(withoutBlocks(text)).map(anchorOf)
    return anchors.includes(anchor) ? [] : [`${file}: ${target} names no heading`]
  })
}

describe('the documentation', () => {
  it.each(markdownFiles())('%s links to files and headings that exist', (file) => {
    expect(brokenLinks(file, readText(file))).toEqual([])
  })

  it('is looked at whole', () => {
    expect(markdownFiles()).toEqual(
      expect.arrayContaining(['README.md', 'CHANGELOG.md', 'docs/ARCHITECTURE.md', 'docs/events.md']),
    )
    expect(markdownFiles().filter((file) => file.includes('node_modules'))).toEqual([])
  })
})

describe('a broken link', () => {
  it('is noticed when its file does not exist', () => {
    expect(brokenLinks('docs/x.md', 'see [it](nowhere.md)')).toEqual(['docs/x.md: nowhere.md does not exist'])
  })

  it('is noticed when its heading does not exist', () => {
    expect(brokenLinks('docs/x.md', '# One `two`\n[a](#one-two) [b](#three)')).toEqual([
      'docs/x.md: #three names no heading',
    ])
  })

  it('is none when it is code or leads out of the project', () => {
    expect(brokenLinks('x.md', '`[a](b)` [c](https://example.org/)\n```\n[d](e)\n```\n')).toEqual([])
  })
})
