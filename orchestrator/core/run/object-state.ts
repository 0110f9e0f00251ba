// The states of an object in a run, and which of them are final.

export const objectStates = [
  'waiting',
  'ready',
  'loaded',
  'failed',
  'blocked',
  'reused',
  'cancelled',
] as const
export type ObjectState = (typeof objectStates)[number]

const final: ReadonlySet<ObjectState> = new Set(['loaded', 'failed', 'blocked', 'reused', 'cancelled'])

/** Whether an object in this state stays in it for ever. */
export function isFinal(state: ObjectState): boolean {
  return final.has(state)
}

/** Whether an object in this state lets its children start. */
export function satisfies(state: ObjectState): boolean {
  return state === 'loaded' || state === 'reused'
}
