// docs/why.md has every reason, and no other.

import { expect, it } from 'vitest'
import { endReasons, waitReasons } from '../../../orchestrator/core/run/wait-reason.ts'
import { readText, tableRows } from '../../support/markdown.ts'

it('docs/why.md has every reason for which an object has not ended, or ended without a load', () => {
  const [, waiting = '', ended = ''] = readText('docs/why.md').split(/\n## Why it /)
  expect(tableRows(waiting).map(([reason]) => reason)).toEqual(waitReasons)
  expect(tableRows(ended).map(([reason]) => reason)).toEqual(endReasons)
})
