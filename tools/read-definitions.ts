// The definition files that a command line names: files, folders, and `-` for standard input.

import { resolve } from 'node:path'
import { FileGraphSource } from '../orchestrator/adapters/file/file-graph-source.ts'
import type { DefinitionFile } from '../orchestrator/core/graph/definition-source.ts'
import { decodedFile } from '../orchestrator/core/graph/definition-text.ts'
import { Fault } from '../shared/base/fault.ts'
import type { CommandContext } from './command-context.ts'

/** How faults name what came by standard input. */
export const stdinName = 'stdin'

/**
 * The files in the order given, each once, those of a folder in order of name. Rejects with FILE_UNREADABLE
 * when one cannot be read, and when a folder holds no definition file.
 */
export async function readDefinitions(
  { clock, readStdin }: Pick<CommandContext, 'clock' | 'readStdin'>,
  paths: readonly string[],
): Promise<readonly DefinitionFile[]> {
  const files = new Map<string, DefinitionFile>()
  for (const path of new Set(paths)) {
    if (path === '-') {
      files.set('-', decodedFile(stdinName, await readStdin()))
      continue
    }
    for (const file of await filesAt(path, clock))
      if (!files.has(resolve(file.file))) files.set(resolve(file.file), file)
  }
  return [...files.values()]
}

async function filesAt(path: string, clock: CommandContext['clock']): Promise<readonly DefinitionFile[]> {
  const files = await new FileGraphSource(path, clock).read()
  if (files.length > 0) return files
  throw new Fault('FILE_UNREADABLE', `the folder ${path} holds no .json, .ndjson or .jsonl file`)
}
