// Every rule about a run: from what happened to what is said. Pure but for the draft it is given.

import { at } from '../../../shared/base/assert.ts'
import { answered, blockIfDoomed, lostAttempt } from './decide-answers.ts'
import { acceptLate, discard, markLoaded, pause, resume, retry, skip } from './decide-commands.ts'
import { cancelRun, tick } from './decide-time.ts'
import { Decision } from './decision.ts'
import { Draft } from './draft.ts'
import { canStart } from './readiness.ts'
import type { RunFact } from './run-fact.ts'
import type { OpenInput, ReusableLoad, RunInput, ZonesInput } from './run-input.ts'
import { isOpen, type RunDraft, type RunHead, type RunView } from './run-view.ts'

export interface Decided {
  readonly facts: readonly RunFact[]
  /** The draft's head after the facts: for what is not a fact (how far the opening scan came, which zones are dead). */
  readonly head: RunHead
}

/**
 * Decides a batch of inputs in their order, each on the outcome of those before it. `run` is only read.
 * Inputs that change nothing (repeats, answers of past attempts, most of what comes after the end) give no facts.
 */
export function decide(run: RunView, inputs: readonly RunInput[], atMs: number): Decided {
  const draft = new Draft(run)
  const facts = inputs.flatMap((input) => decideOne(draft, input, atMs))
  return { facts, head: draft.head }
}

function decideOne(draft: RunDraft, input: RunInput, atMs: number): readonly RunFact[] {
  const decision = new Decision(draft, atMs)
  if (input.kind === 'zones') changeZones(draft, input, atMs)
  else if (input.kind === 'open') {
    if (draft.head.opened === undefined) open(decision, input)
  } else if (draft.head.opened !== undefined) {
    if (isOpen(draft)) whileOpen(decision, input)
    else afterEnd(decision, input)
    if (decision.facts.length > 0) decision.endIfDone()
  }
  return decision.facts
}

type LaterInput = Exclude<RunInput, OpenInput | ZonesInput>

function whileOpen(decision: Decision, input: LaterInput): void {
  switch (input.kind) {
    case 'dispatch':
      return dispatch(decision, input.limit)
    case 'tick':
      return tick(decision)
    case 'lost':
      return lostAttempt(decision, input)
    case 'cancel':
      return cancelRun(decision, input)
    case 'pause':
      return pause(decision, input)
    case 'resume':
      return resume(decision, input)
    default:
      return afterEnd(decision, input)
  }
}

/** What may also come when the run has ended: late results, and who makes it go on. */
function afterEnd(decision: Decision, input: LaterInput): void {
  switch (input.kind) {
    case 'loaded':
    case 'failed':
      return answered(decision, input)
    case 'retry':
      return retry(decision, input)
    case 'mark-loaded':
      return markLoaded(decision, input)
    case 'skip':
      return skip(decision, input)
    case 'accept-late':
      return acceptLate(decision, input)
    case 'discard':
      return discard(decision, input)
  }
}

function changeZones(draft: RunDraft, { dead }: ZonesInput, atMs: number): void {
  const before = draft.head
  const isReleased = before.dead.some((zone) => !dead.includes(zone))
  const deadSinceMs = Object.fromEntries(dead.map((zone) => [zone, before.deadSinceMs[zone] ?? atMs]))
  draft.head = { ...before, dead, deadSinceMs, ...(isReleased ? { scanned: 0 } : {}) }
}

function open(decision: Decision, input: OpenInput): void {
  const { plan } = decision.run
  decision.say({
    type: 'run-opened',
    plan: plan.hash,
    objects: plan.objects.length,
    tenant: input.tenant,
    ...(input.workflow === undefined ? {} : { workflow: input.workflow }),
    ...(input.businessDate === undefined ? {} : { business_date: input.businessDate }),
    policy: input.policy,
    ...(input.rerunOf === undefined ? {} : { rerun_of: input.rerunOf }),
    ...(input.by === undefined ? {} : { by: input.by }),
    ...(input.reason === undefined ? {} : { reason: input.reason }),
    ...(input.waitUntilMs === undefined ? {} : { wait_until_ms: input.waitUntilMs }),
  })
  for (const load of input.lastLoads ?? []) sayLoad(decision, 'object-last-load', load)
  for (const load of input.reused) sayLoad(decision, 'object-reused', load)
  decision.endIfDone()
}

function sayLoad(decision: Decision, type: 'object-last-load' | 'object-reused', load: ReusableLoad): void {
  if (!decision.run.plan.indexOf.has(load.objectId)) return
  const result = load.result === undefined ? {} : { result: load.result }
  decision.say({ type, object_id: load.objectId, loaded_at_ms: load.loadedAtMs, ...result })
}

// A large run is announced in chunks: the scan goes over the plan once, in order of dispatch. What the
// answers free in the meantime is announced with its answer and found here as no longer waiting. What is held
// (paused, no live zone) is passed over; when that is over, the scan begins anew.
function dispatch(decision: Decision, limit: number): void {
  const { run, atMs } = decision
  const order = run.plan.dispatchOrder
  let scanned = run.head.scanned
  for (let announced = 0; scanned < order.length && announced < limit; scanned++) {
    const index = at(order, scanned)
    if (!canStart(run, index, atMs)) {
      blockIfDoomed(decision, index)
      remindOf(run, index, atMs)
      continue
    }
    decision.ready(index)
    announced++
  }
  run.head = { ...run.head, scanned }
}

/** A timer that was passed over while its object was held is ahead again where a clock has gone back since. */
function remindOf(run: RunDraft, index: number, atMs: number): void {
  const dueAtMs = run.dueAtMsOf(index)
  if (dueAtMs > atMs && dueAtMs < run.head.nextDueAtMs) run.head = { ...run.head, nextDueAtMs: dueAtMs }
}
