// docs/run-states.md draws every step that a run can take, and no other.

import { describe, expect, it } from 'vitest'
import { decide } from '../../../orchestrator/core/run/decide.ts'
import { evolve } from '../../../orchestrator/core/run/evolve.ts'
import { isFinal, objectStates } from '../../../orchestrator/core/run/object-state.ts'
import { Run } from '../../../orchestrator/core/run/run.ts'
import type { RunEndState, RunFact } from '../../../orchestrator/core/run/run-fact.ts'
import type { RunInput } from '../../../orchestrator/core/run/run-input.ts'
import { runStates } from '../../../shared/api/run-resource.ts'
import { fencedBlocks, readText, tableRows } from '../../support/markdown.ts'
import { planOf } from '../../support/plan-of.ts'
import { cancel, dispatch, failed, loaded, open, openedAtMs, tick } from '../../support/run-spec.ts'

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

const plan = planOf({ a: [], b: ['a'], c: ['b'] })
const farMs = 10_000_000_000

interface Move {
  readonly input: RunInput
  readonly afterMs: number
}

/** Everything that can happen to a run of `plan`. */
const inputs: readonly RunInput[] = [
  ...[dispatch, cancel, tick, loaded('a'), loaded('b'), loaded('c')],
  ...[failed('a'), failed('a', undefined, false), failed('b', undefined, false), failed('c')],
]
const moves: readonly Move[] = [
  ...inputs.map((input) => ({ input, afterMs: 1 })),
  { input: tick, afterMs: 400_000 },
]

/** What people do, and what only happens where attempts are given up; of two objects, one below the other. */
const byHand: readonly RunInput[] = ['a', 'b'].flatMap((objectId) => {
  const command = { by: 'somebody', objectId }
  return [
    ...(['retry', 'mark-loaded', 'skip', 'accept-late', 'discard'] as const).map((kind) => ({
      kind,
      ...command,
    })),
    { kind: 'lost', objectId, attempt: 1, cause: 'lease-expired' } as const,
    loaded(objectId, 1),
  ]
})
const runByHand: readonly RunInput[] = [
  { kind: 'pause', by: 'somebody' },
  { kind: 'resume', by: 'somebody' },
]
const allMoves: readonly Move[] = [
  ...moves,
  ...[...byHand, ...runByHand].map((input) => ({ input, afterMs: 1 })),
]

const openings = [
  open({ max_retries: 1, run_timeout_ms: null }),
  open({ max_retries: 0, run_timeout_ms: farMs }, ['a']),
  open({ max_retries: 1, run_timeout_ms: 300_000, answer_timeout_ms: 1_000 }),
  open({ max_retries: 0, run_timeout_ms: null, answer_timeout_ms: 1_000 }),
  open({ max_retries: 1, run_timeout_ms: null, answer_timeout_ms: 1_000 }),
]

/** The steps that objects and runs take when `moves` happen in every order, up to so many of them. */
function walked(depth: number, depthByHand: number): Seen {
  const seen = { objects: new Set<string>(), runs: new Set<string>() }
  for (const opening of openings) {
    walk([{ input: opening, afterMs: 0 }], moves, depth, seen)
    walk([{ input: opening, afterMs: 0 }], allMoves, depthByHand, seen)
  }
  return seen
}

interface Seen {
  readonly objects: Set<string>
  readonly runs: Set<string>
}

function walk(path: readonly Move[], from: readonly Move[], depth: number, seen: Seen): void {
  const run = new Run('run-1', plan)
  let atMs = openedAtMs
  let facts: readonly RunFact[] = []
  for (const { input, afterMs } of path) {
    atMs += afterMs
    const decided = decide(run, [input], atMs)
    facts = decided.facts
    for (const fact of facts) apply(run, fact, atMs, seen)
    run.head = decided.head
  }
  // A move that changes nothing leads nowhere that was not seen before.
  if (depth === 0 || facts.length === 0) return
  for (const move of from) walk([...path, move], from, depth - 1, seen)
}

function apply(run: Run, fact: RunFact, atMs: number, seen: Seen): void {
  const index = 'object_id' in fact ? (run.plan.indexOf.get(fact.object_id) ?? -1) : -1
  const [objectBefore, runBefore] = [index < 0 ? '' : run.stateOf(index), runStateOf(run)]
  evolve(run, [fact], atMs)
  if (index >= 0 && run.stateOf(index) !== objectBefore)
    seen.objects.add(`${objectBefore} > ${fact.type} > ${run.stateOf(index)}`)
  if (runStateOf(run) !== runBefore) seen.runs.add(`${runBefore} > ${fact.type} > ${runStateOf(run)}`)
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

  it('draws the steps that objects and runs take, and no other', () => {
    const seen = walked(5, 4)
    const begin = '[*] > run-opened > waiting'
    expect(new Set([begin, ...seen.objects])).toEqual(withFact(objectChart))
    expect(seen.runs).toEqual(withFact(runChart))
  })
})
