// A folder that a setting names, with its ancestors.

import { mkdirSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/**
 * Makes the folder and those of its ancestors that are missing, each with `mode`; a folder that is there is left as it
 * is. Throws what the file system says. Not `recursive: true` of Node, which tries for ever, and keeps a core busy,
 * where a file system answers ENOENT in a folder that exists, as /proc does.
 */
export function makeFolder(path: string, mode = 0o777): void {
  const folder = resolve(path)
  if (isFolder(folder)) return
  const parent = dirname(folder)
  if (parent !== folder) makeFolder(parent, mode)
  try {
    mkdirSync(folder, { mode })
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (!isFolder(folder)) throw error
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
