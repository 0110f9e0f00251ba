// What was under way when something was struck bounds what may be done again: it is counted from the facts alone.

import { expect, it } from 'vitest'
import { attemptsOut } from '../../../../bench/chaos/oracle/attempts-out.ts'
import type { FactLine } from '../../../../shared/api/run-resource.ts'

const fact = (at_ms: number, type: string, object_id: string): FactLine => ({
  ...{ type, at_ms, run_id: 'r', object_id },
})
const run = (...facts: readonly FactLine[]) => ({
  expected: { runId: 'r', definitions: [], objects: new Map() },
  state: 'failed',
  facts,
})

it('an attempt is under way from its announcement to its answer, in every run', () => {
  const told = [
    run(
      ...[fact(1, 'object-ready', 'a'), fact(1, 'object-ready', 'b'), fact(3, 'object-loaded', 'a')],
      ...[
        fact(4, 'object-retry-scheduled', 'b'),
        fact(6, 'object-ready', 'b'),
        fact(8, 'object-failed', 'b'),
      ],
    ),
    run(fact(2, 'object-ready', 'a'), fact(5, 'object-loaded', 'a')),
  ]
  const counts = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((atMs) => attemptsOut(told, atMs))
  expect(counts).toEqual([0, 2, 3, 2, 1, 0, 1, 1, 0])
})
