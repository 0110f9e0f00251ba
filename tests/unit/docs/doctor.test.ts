// docs/doctor.md has a paragraph for every finding, and says which of them --fix mends.

import { expect, it } from 'vitest'
import { findingCodes } from '../../../tools/doctor/consistency/finding.ts'
import { readText } from '../../support/markdown.ts'

const paragraphs = new Map(
  readText('docs/doctor.md')
    .split(/^### /m)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf('\n')), text]),
)

it('has the codes of findings, in their order, and no other', () => {
  expect([...paragraphs.keys()]).toEqual([...findingCodes])
})

it('says what --fix does, or that it leaves what it finds', () => {
  const left = [...paragraphs].filter(([, text]) => !text.includes('`--fix`:')).map(([code]) => code)
  expect(left).toEqual([
    ...['RUN_NOT_JOURNALLED', 'RUN_UNREADABLE', 'OUTCOME_WITHOUT_READY'],
    ...['GROUP_WITHOUT_MEMBERS', 'GROUP_LAGS', 'GROUP_OFFSETS_GONE'],
  ])
})
