// Programmer errors end the process; at-least-once delivery makes that safe.

/** Throws when `condition` does not hold. For what cannot happen unless the code is wrong, never for input. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`)
}

/** The element at `index`, which must exist: for indices that the surrounding code has made itself. */
export function at<Element>(list: ArrayLike<Element>, index: number): Element {
  const element = list[index]
  if (element === undefined) throw new Error(`assertion failed: no element ${index} of ${list.length}`)
  return element
}
