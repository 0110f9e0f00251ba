// docs/run-states.md draws every step that a run can take, and no other.

import { describe, expect, it } from 'vitest'
import { isFinal, objectStates } from '../../../orchestrator/core/run/object-state.ts'
import type { Run } from '../../../orchestrator/core/run/run.ts'
import type { RunEndState, RunFact } from '../../../orchestrator/core/run/run-fact.ts'
import { runStates } from '../../../shared/api/run-resource.ts'
import { fencedBlocks, readText, tableRows } from '../../support/markdown.ts'
import { walkRuns } from '../../support/run-walk.ts'

const markdown = readText('docs/run-states.md')
const [objectChart = [], runChart = []] = fencedBlocks(markdown)
  .filter(({ language }) => language === 'mermaid')
  .map(({ text }) => stepsOf(text))

// Both ways: a type that is missing here, or one too many, does not compile.
const factTypes = Object.keys({
  'run-opened': true,
  'object-last-load': true,
  'object-reused': true,
  'object-ready': true,
  'object-loaded': true,
  'object-retry-scheduled': true,
  'object-failed': true,
  'object-blocked': true,
  'object-cancelled': true,
  'late-result': true,
  'late-result-accepted': true,
  'object-marked-loaded': true,
  'object-skipped': true,
  'object-retried': true,
  'object-discarded': true,
  'object-reset': true,
  'run-paused': true,
  'run-resumed': true,
  'run-reopened': true,
  'run-ended': true,
} satisfies Record<RunFact['type'], true>)
/** Facts that leave every state as it is. */
const silentTypes = [
  'object-last-load',
  'late-result',
  'object-retried',
  'object-discarded',
  'run-paused',
  'run-resumed',
]
const endStates = Object.keys({
  succeeded: true,
  failed: true,
  'timed-out': true,
  cancelled: true,
} satisfies Record<RunEndState, true>)

/** The arrows of a chart as `from > fact > to`; those to the end have no fact. */
function stepsOf(chart: string): readonly string[] {
  const arrows = chart.matchAll(/^ *(\S+) --> ([^\s:]+)(?:: (\S+))?$/gm)
  return [...arrows].map(([, from, to, fact]) => `${from} > ${fact ?? 'end'} > ${to}`)
}

function statesOf(steps: readonly string[]): ReadonlySet<string> {
  const ends = steps.flatMap((step) => step.split(' > ')).filter((_, place) => place % 3 !== 1)
  return new Set(ends.filter((state) => state !== '[*]'))
}

/** The steps that objects and runs take in every run that can be reached. */
function walked(depth: number, depthByHand: number) {
  const seen = { objects: new Set<string>(), runs: new Set<string>() }
  let before = { object: '', run: '' }
  const stateOf = (run: Run, fact: RunFact) =>
    'object_id' in fact ? run.stateOf(run.plan.indexOf.get(fact.object_id) ?? -1) : ''
  walkRuns(depth, depthByHand, {
    fact: (run, fact) => {
      before = { object: stateOf(run, fact), run: runStateOf(run) }
    },
    afterFact: (run, fact) => {
      const after = { object: stateOf(run, fact), run: runStateOf(run) }
      if (after.object !== before.object)
        seen.objects.add(`${before.object} > ${fact.type} > ${after.object}`)
      if (after.run !== before.run) seen.runs.add(`${before.run} > ${fact.type} > ${after.run}`)
    },
  })
  return seen
}

function runStateOf(run: Run): string {
  return run.head.ended ?? (run.head.opened === undefined ? '[*]' : 'running')
}

const withFact = (steps: readonly string[]) => new Set(steps.filter((step) => !step.includes(' > end > ')))

describe('docs/run-states.md', () => {
  it('has every state of an object, and says which are final', () => {
    expect(statesOf(objectChart)).toEqual(new Set(objectStates))
    const ends = objectChart.filter((step) => step.endsWith(' > end > [*]')).map((step) => step.split(' ')[0])
    expect(new Set(ends)).toEqual(new Set(objectStates.filter(isFinal)))
    const rows = tableRows(markdown).filter(([, , final]) => final === 'yes' || final === 'no')
    expect(Object.fromEntries(rows.map(([state, , final]) => [state, final === 'yes']))).toEqual(
      Object.fromEntries(objectStates.map((state) => [state, isFinal(state)])),
    )
  })

  it('has every state of a run', () => {
    expect(statesOf(runChart)).toEqual(new Set(runStates))
    expect(new Set(['running', ...endStates])).toEqual(new Set(runStates))
  })

  it('says of every fact why it is said', () => {
    const section = markdown.split('\n## Who says which fact\n')[1] ?? ''
    expect(tableRows(section).map(([fact]) => fact)).toEqual(factTypes)
    const drawn = [...objectChart, ...runChart].map((step) => step.split(' > ')[1])
    expect(new Set(drawn)).toEqual(
      new Set([...factTypes.filter((type) => !silentTypes.includes(type)), 'end']),
    )
  })

  it('draws the steps that objects and runs take, and no other', { timeout: 60_000 }, () => {
    const seen = walked(5, 4)
    const begin = '[*] > run-opened > waiting'
    expect(new Set([begin, ...seen.objects])).toEqual(withFact(objectChart))
    expect(seen.runs).toEqual(withFact(runChart))
  })
})
