// Who has a data folder: told by a file beside the lock, which is only for people to read.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Fault } from '../../base/fault.ts'

export function ownerFile(folder: string): string {
  return join(folder, 'owner.pid')
}

/** The fault of who finds the folder locked. */
export function inUse(folder: string): Fault {
  const owner = ownerOf(folder)
  const who = owner === undefined ? 'another process' : `process ${owner}`
  const message = `the data folder ${folder} belongs to ${who}, which still runs: one process has a folder at a time`
  return new Fault('DATA_IN_USE', message, { detail: { folder, ...(owner === undefined ? {} : { owner }) } })
}

/** Undefined for the moment in which the owner has the lock and has not said who it is. */
function ownerOf(folder: string): number | undefined {
  try {
    const pid = Number(readFileSync(ownerFile(folder), 'utf8'))
    return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined
  } catch {
    return undefined
  }
}
