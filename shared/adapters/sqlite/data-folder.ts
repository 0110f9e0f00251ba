// The data folder of a house in one process: one SQLite file that belongs to one process, and to no second one.

import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { makeFolder } from '../../config/make-folder.ts'
import { folderFault } from './folder-fault.ts'
import { inUse, ownerFile } from './folder-owner.ts'
import { bringUp } from './schema.ts'

/**
 * What is written is in the hands of the operating system when a write returns: the end of this process, however
 * sudden, loses nothing. A loss of power may lose the last writes, and never leaves the file torn.
 */
export class DataFolder {
  readonly path: string
  readonly #database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  private constructor(path: string, database: DatabaseSync) {
    this.path = path
    this.#database = database
  }

  /**
   * Opens the folder, made when it is not there, for this process alone. Throws DATA_IN_USE with the owner's
   * process id, DATA_NEWER, DATA_CORRUPT or DATA_UNWRITABLE.
   */
  static open(given: string): DataFolder {
    const path = resolve(given)
    try {
      // What runs carry may be nobody else's business.
      makeFolder(path, 0o700)
      // Nobody is waited for: the owner has it for as long as it lives.
      const database = new DatabaseSync(join(path, databaseFile), { timeout: 0 })
      const folder = new DataFolder(path, database)
      folder.#begin()
      return folder
    } catch (error) {
      throw folderFault(error, path)
    }
  }

  #begin(): void {
    try {
      own(this.#database)
      bringUp(this.#database, this.path)
      writeFileSync(ownerFile(this.path), `${process.pid}\n`)
    } catch (error) {
      this.#database.close()
      throw isBusy(error) ? inUse(this.path) : error
    }
  }

  /** Does what `action` does all at once, or not at all. Throws DATA_UNWRITABLE or DATA_CORRUPT. */
  write(action: (statement: (sql: string) => StatementSync) => void): void {
    this.#tried(() => {
      this.#database.exec('BEGIN IMMEDIATE')
      try {
        action((sql) => this.#prepared(sql))
        this.#database.exec('COMMIT')
      } catch (error) {
        // SQLite has undone it already where the disk was full.
        if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
        throw error
      }
    })
  }

  /** The rows of a query. Throws DATA_CORRUPT or DATA_UNWRITABLE. */
  rows(sql: string, ...given: readonly (string | number)[]): readonly Readonly<Record<string, unknown>>[] {
    return this.#tried(() => this.#prepared(sql).all(...given))
  }

  /** Gives the room of what was deleted back to the disk. Throws as `write`. */
  compact(): void {
    this.#tried(() => this.#database.exec('PRAGMA incremental_vacuum'))
  }

  /** Lets go of the folder. Safe to call twice; nothing can be read or written afterwards. */
  close(): void {
    if (!this.#database.isOpen) return
    this.#statements.clear()
    this.#database.close()
  }

  #prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql) ?? this.#database.prepare(sql)
    this.#statements.set(sql, known)
    return known
  }

  #tried<Outcome>(action: () => Outcome): Outcome {
    try {
      return action()
    } catch (error) {
      throw folderFault(error, this.path)
    }
  }
}

const databaseFile = 'millefeuille.sqlite'
/** Pages that gather before they are copied to their places, with the only waits for the disk: 16 MiB. */
const checkpointPages = 4_096

/** The lock is the operating system's: it goes with the process, and a crash leaves nothing to clear away. */
function own(database: DatabaseSync): void {
  database.exec('PRAGMA locking_mode = EXCLUSIVE')
  // Counts only before the first table: the file gives room back in pieces.
  database.exec('PRAGMA auto_vacuum = INCREMENTAL')
  database.exec('PRAGMA journal_mode = WAL')
  database.exec('PRAGMA synchronous = NORMAL')
  database.exec(`PRAGMA wal_autocheckpoint = ${checkpointPages}`)
  database.exec(`PRAGMA journal_size_limit = ${2 * checkpointPages * 4_096}`)
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && Number(error.errcode) % 256 === 5
}
