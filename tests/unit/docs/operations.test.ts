// docs/operations.md explains every metric, and no document names a variable or a code that does not exist.

import { describe, expect, it } from 'vitest'
import { faultCodes } from '../../../shared/base/fault.ts'
import { markdownFiles, readText, tableRows, withoutBlocks } from '../../support/markdown.ts'
import { sourceTexts } from '../../support/source-texts.ts'

/** What stands in backticks. */
function quoted(markdown: string): readonly string[] {
  return [...withoutBlocks(markdown).matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '')
}

describe('docs/operations.md', () => {
  const markdown = readText('docs/operations.md')
  const metric = /^(orchestrator|worker|process|event|transport)_[a-z_]+$/

  it('explains every metric that is measured, and no other', () => {
    const measured = sourceTexts().flatMap(({ code }) => [...code.matchAll(/\bname: '(\w+)'/g)])
    const names = measured.map((match) => match[1] ?? '').filter((name) => metric.test(name))
    const section = markdown.split('\n## Metrics\n')[1]?.split('\n### Alerts\n')[0] ?? ''
    const explained = tableRows(section).map(([name]) => name?.replaceAll('`', ''))
    expect(explained.sort()).toEqual([...new Set(names)].sort())
  })

  it('sets alerts on metrics that are explained', () => {
    const alerts = markdown.split('\n### Alerts\n')[1]?.split('\n## ')[0] ?? ''
    const known = quoted(markdown.split('\n### Alerts\n')[0] ?? '')
    const wanted = quoted(alerts).filter((name) => metric.test(name) && !name.includes('workflow'))
    expect(wanted.filter((name) => !known.includes(name))).toEqual([])
  })
})

describe('the documents', () => {
  const configuration = new Set(quoted(readText('docs/configuration.md')))
  const known = new Set([...configuration, ...Object.keys(faultCodes), 'RESULT_TOO_LARGE'])
  /** Variables of tests and of other programs. */
  const foreign = /^(TEST_|REQUIRE_|TESTCONTAINERS_|NODE_|BROKERS$|NO_COLOR$|OBJECTS_FOLDER$)/

  it.each(markdownFiles())('%s names variables and codes that exist', (file) => {
    const names = quoted(readText(file)).flatMap((text) => text.match(/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+/g) ?? [])
    expect(names.filter((name) => !known.has(name) && !foreign.test(name))).toEqual([])
  })
})
