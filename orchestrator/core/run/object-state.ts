// The states of an object in a run, and which of them are final.

export const objectStates = [
  'waiting',
  'ready',
  'loaded',
  'failed',
  'blocked',
  'reused',
  'cancelled',
  'skipped',
] as const
export type ObjectState = (typeof objectStates)[number]

const open: ReadonlySet<ObjectState> = new Set(['waiting', 'ready'])
const gone: ReadonlySet<ObjectState> = new Set(['failed', 'blocked', 'cancelled'])

/** Whether an object in this state stays in it, unless somebody intervenes by hand. */
export function isFinal(state: ObjectState): boolean {
  return !open.has(state)
}

/** Whether an object in this state lets its children start. */
export function satisfies(state: ObjectState): boolean {
  return state === 'loaded' || state === 'reused' || state === 'skipped'
}

/** Whether an object has ended in this state without a load: only somebody's hand brings it back. */
export function isGone(state: ObjectState): boolean {
  return gone.has(state)
}
