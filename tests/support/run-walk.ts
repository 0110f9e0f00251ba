// Every run that can be reached: what may happen to one happens in every order, up to so many steps.

import type { Plan } from '../../orchestrator/core/graph/plan.ts'
import { decide } from '../../orchestrator/core/run/decide.ts'
import { evolve } from '../../orchestrator/core/run/evolve.ts'
import { Run } from '../../orchestrator/core/run/run.ts'
import type { RunFact } from '../../orchestrator/core/run/run-fact.ts'
import type { RunInput } from '../../orchestrator/core/run/run-input.ts'
import { planOf } from './plan-of.ts'
import { cancel, dispatch, failed, loaded, open, openedAtMs, refused, tick } from './run-spec.ts'

/** A walk begins with one of the openings, over the plan; its objects are a, b and c. */
export interface Ground {
  readonly plan: Plan
  readonly openings: readonly RunInput[]
}

const plan = planOf({ a: [], b: ['a'], c: ['b'] })
const farMs = 10_000_000_000

export interface Move {
  readonly input: RunInput
  readonly afterMs: number
}

/** Everything that happens by itself to a run of `plan`. */
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
  const kinds = ['retry', 'mark-loaded', 'skip', 'accept-late', 'discard'] as const
  return [
    ...kinds.map((kind) => ({ kind, ...command })),
    { kind: 'lost', objectId, attempt: 1, cause: 'lease-expired' } as const,
    loaded(objectId, 1),
  ]
})
const ofTheWhole: readonly RunInput[] = [
  { kind: 'pause', by: 'somebody' },
  { kind: 'resume', by: 'somebody' },
  { kind: 'zones', dead: ['ingestion'] },
  { kind: 'zones', dead: [] },
]
export const allMoves: readonly Move[] = [
  ...moves,
  ...[refused('a'), ...byHand, ...ofTheWhole].map((input) => ({ input, afterMs: 1 })),
]

const openings = [
  open({ max_retries: 1, run_timeout_ms: null }),
  open({ max_retries: 0, run_timeout_ms: farMs }, ['a']),
  open({ max_retries: 1, run_timeout_ms: 300_000, answer_timeout_ms: 1_000 }),
  open({ max_retries: 0, run_timeout_ms: null, answer_timeout_ms: 1_000 }),
  open({ max_retries: 1, run_timeout_ms: null, answer_timeout_ms: 1_000 }),
]

export const plain: Ground = { plan, openings }

const links = {
  a: { kind: 'optional', wait_until: '07:30' },
  b: { kind: 'stale-ok', max_age_ms: 300_000 },
} as const
const linkedOpening = (changes: Parameters<typeof open>[0]) => ({
  ...(open({ run_timeout_ms: null, ...changes }) as Extract<RunInput, { kind: 'open' }>),
  waitUntilMs: { '07:30': openedAtMs + 200_000 },
})
/** The same with links that excuse: one until a time of day, one as long as the last load is young enough. */
export const linked: Ground = {
  plan: planOf({ a: [], b: [], c: { parents: ['a', 'b'], links } }),
  openings: [
    linkedOpening({ max_retries: 0 }),
    { ...linkedOpening({ max_retries: 1 }), lastLoads: [{ objectId: 'b', loadedAtMs: openedAtMs - 1_000 }] },
  ],
}

export interface Visitor {
  /** Before a fact is written to the run, at an instant. */
  readonly fact?: (run: Run, fact: RunFact) => void
  /** After it was. */
  readonly afterFact?: (run: Run, fact: RunFact) => void
  /** After each step. */
  readonly step?: (run: Run, atMs: number) => void
}

/** `depth`: steps of what happens by itself; `depthByHand`: steps of that and of what people do. */
export function walkRuns(depth: number, depthByHand: number, visitor: Visitor, ground = plain): void {
  for (const opening of ground.openings) {
    walk(ground.plan, [{ input: opening, afterMs: 0 }], moves, depth, visitor)
    walk(ground.plan, [{ input: opening, afterMs: 0 }], allMoves, depthByHand, visitor)
  }
}

function walk(
  over: Plan,
  path: readonly Move[],
  from: readonly Move[],
  depth: number,
  visitor: Visitor,
): void {
  const run = new Run('run-1', over)
  let atMs = openedAtMs
  let hasChanged = false
  for (const { input, afterMs } of path) {
    atMs += afterMs
    const { facts, head } = decide(run, [input], atMs)
    hasChanged = facts.length > 0 || head.dead.length !== run.head.dead.length
    for (const fact of facts) {
      visitor.fact?.(run, fact)
      evolve(run, [fact], atMs)
      visitor.afterFact?.(run, fact)
    }
    run.head = head
  }
  visitor.step?.(run, atMs)
  // A move that changes nothing leads nowhere that was not seen before.
  if (depth === 0 || !hasChanged) return
  for (const move of from) walk(over, [...path, move], from, depth - 1, visitor)
}
