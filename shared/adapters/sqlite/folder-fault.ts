// What SQLite and the file system say of a data folder, as faults of the house.

import { Fault, messageOf } from '../../base/fault.ts'

/** SQLite's codes, their extensions left out, for a file that is none of its own or has a torn page. */
const corrupt: ReadonlySet<number> = new Set([11, 26])
const words: Readonly<Record<number, string>> = { 8: 'it is read-only', 13: 'the disk is full' }

/** Gives a Fault back as it is; anything else is the folder's. */
export function folderFault(error: unknown, folder: string): Fault {
  if (error instanceof Fault) return error
  const code = sqliteCode(error)
  if (code !== undefined && corrupt.has(code))
    return new Fault('DATA_CORRUPT', `the data in ${folder} cannot be read: ${messageOf(error)}`, {
      cause: error,
      detail: { folder },
    })
  const why = words[code ?? 0] ?? messageOf(error)
  return new Fault('DATA_UNWRITABLE', `the data folder ${folder} cannot be used: ${why}`, {
    cause: error,
    detail: { folder },
  })
}

function sqliteCode(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error ? Number(error.errcode) % 256 : undefined
}
