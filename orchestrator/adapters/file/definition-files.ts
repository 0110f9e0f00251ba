// Definition files on a disk: which files a path stands for, and what they hold.

import { readdir, readFile, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { DefinitionFile } from '../../core/graph/definition-source.ts'
import { decodedFile } from '../../core/graph/definition-text.ts'

/** What a file of a folder must end in; any other may be a note, a backup or an editor's temporary file. */
const endings = ['.json', '.ndjson', '.jsonl']

/**
 * The files at a path, in order of name: itself, or those of a folder, not of folders inside it. Hidden ones are
 * none: the folders a ConfigMap is mounted by are. Rejects as `stat` does when there is nothing at the path.
 */
export async function definitionPaths(path: string): Promise<readonly string[]> {
  if (!(await stat(path)).isDirectory()) return [path]
  const names = await readdir(path)
  return names
    .filter((name) => endings.includes(extname(name).toLowerCase()) && !name.startsWith('.'))
    .sort()
    .map((name) => join(path, name))
}

/** One file. What is not UTF-8 is said once the file is parsed; rejects as `readFile` does when there is no reading it. */
export async function readDefinitionFile(path: string): Promise<DefinitionFile> {
  return decodedFile(path, await readFile(path))
}
