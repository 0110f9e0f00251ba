// Versions of what is stored and sent: who meets a newer one than it knows refuses it, and never guesses.

import { Fault } from './fault.ts'

/** The version of every event on the wire. What has none is of the first: so are events of foreign zones. */
export const eventVersion = 1

/** Whether `version`, as it was found, is one that this program does not know yet. Anything but a number says nothing. */
export function isNewer(version: unknown, known: number): boolean {
  return typeof version === 'number' && version > known
}

/** Throws FORMAT_NEWER when `version` is newer than `known`. `what` begins the sentence. */
export function refuseNewer(what: string, version: unknown, known = 1): void {
  if (isNewer(version, known)) throw newerFault(what, version, known)
}

export function newerFault(what: string, version: unknown, known: number): Fault {
  const message = `${what} is of version ${version}, this program knows ${known}: update it (docs/upgrades.md)`
  return new Fault('FORMAT_NEWER', message)
}
