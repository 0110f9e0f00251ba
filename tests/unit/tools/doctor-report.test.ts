// What doctor prints for people: ten of a kind, what was done, and the total.

import { expect, it } from 'vitest'
import { type Finding, found } from '../../../tools/doctor/consistency/finding.ts'
import { showFindings, showRepairs, showTotal } from '../../../tools/doctor/show-report.ts'
import type { Terminal } from '../../../tools/terminal.ts'

function printed(show: (terminal: Terminal) => void): readonly string[] {
  const lines: string[] = []
  const said = { result: (line: string) => void lines.push(line), message: () => {} }
  const paint = { paint: (_: unknown, text: string) => text, paintResult: (_: unknown, text: string) => text }
  show({ ...said, ...paint, isInteractive: false, columns: 80, rows: 24, resultColumns: 80 })
  return lines
}

const lost = (count: number): readonly Finding[] =>
  Array.from({ length: count }, (_, index) =>
    found('RUN_MISSING', {
      ...{ state: 'fail', subject: `run r${index}`, message: 'Redis has nothing', advice: 'rebuild' },
      repair: { kind: 'rebuild' },
    }),
  )

it('shows ten findings of a kind, and says how many more there are', () => {
  const lines = printed((terminal) => showFindings(terminal, lost(12)))
  expect(lines.slice(0, 2)).toEqual(['fail  run r0: RUN_MISSING Redis has nothing', '      → rebuild'])
  expect(lines).toHaveLength(21)
  expect(lines.at(-1)).toBe('      and 2 more of RUN_MISSING; --json prints them all')
})

it('says what became of each repair', () => {
  const repair = { kind: 'rebuild' } as const
  const repairs = [
    { repair, outcome: 'would be done', message: 'rebuild Redis' },
    { repair, outcome: 'failed', message: 'rebuild Redis: no broker answers' },
  ] as const
  expect(printed((terminal) => showRepairs(terminal, repairs))).toEqual([
    'would be done: rebuild Redis',
    'failed: rebuild Redis: no broker answers',
  ])
})

it('counts findings with the checks', () => {
  const check = { name: 'kafka', state: 'ok', message: 'answers', advice: null } as const
  expect(printed((terminal) => showTotal(terminal, [check], lost(3)))).toEqual(['1 ok, 0 warnings, 3 failed'])
})
