// The tables of a data folder, and the number by which a version of the house knows whether it can read them.

import type { DatabaseSync } from 'node:sqlite'
import { Fault } from '../../base/fault.ts'

/** Stands in the file. Whoever changes a table adds a step below, and tests that an older file comes up. */
export const schemaVersion = 1

/** What makes a file of version n out of one of version n - 1, at place n - 1. */
const steps: readonly string[] = [
  `CREATE TABLE records (
     topic TEXT NOT NULL,
     partition INTEGER NOT NULL,
     number INTEGER NOT NULL,
     run TEXT NOT NULL,
     at_ms INTEGER NOT NULL,
     headers TEXT NOT NULL,
     value ANY NOT NULL,
     PRIMARY KEY (topic, partition, number)
   ) STRICT;
   CREATE TABLE loads (
     tenant TEXT NOT NULL,
     object TEXT NOT NULL,
     loaded_at_ms INTEGER NOT NULL,
     result TEXT,
     PRIMARY KEY (tenant, object)
   ) STRICT, WITHOUT ROWID;`,
]

/** Makes the tables, or those that an older file lacks. Throws DATA_NEWER, and changes nothing of a newer one. */
export function bringUp(database: DatabaseSync, folder: string): void {
  const version = Number(database.prepare('PRAGMA user_version').get()?.user_version)
  if (version > schemaVersion) {
    const message = `the data in ${folder} is of version ${version}, and this release reads up to ${schemaVersion}: a newer release has written it`
    throw new Fault('DATA_NEWER', message, { detail: { folder, version } })
  }
  for (const [index, step] of steps.entries())
    if (index >= version) database.exec(`BEGIN; ${step} PRAGMA user_version = ${index + 1}; COMMIT`)
}
