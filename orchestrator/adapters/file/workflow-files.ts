// Workflows on a disk: every .json file of a folder is one.

import { readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { Fault, messageOf } from '../../../shared/base/fault.ts'
import type { Result } from '../../../shared/base/result.ts'
import type { DefinitionFault } from '../../core/graph/definition-fault.ts'
import { parseWorkflows, type Workflow, type WorkflowSettings } from '../../core/schedule/workflow.ts'

/**
 * The workflows of a folder, in order of file name, or everything that is wrong in any of them. Rejects with
 * FILE_UNREADABLE when the folder or a file of it cannot be read.
 */
export async function readWorkflows(
  folder: string,
  settings: WorkflowSettings = {},
): Promise<Result<readonly Workflow[], readonly DefinitionFault[]>> {
  return parseWorkflows(await readFiles(folder), settings)
}

async function readFiles(folder: string) {
  try {
    const names = (await readdir(folder)).filter((name) => extname(name) === '.json' && !name.startsWith('.'))
    const paths = names.sort().map((name) => join(folder, name))
    return await Promise.all(paths.map(async (file) => ({ file, text: await readFile(file, 'utf8') })))
  } catch (error) {
    throw new Fault('FILE_UNREADABLE', `cannot read the workflows in ${folder}: ${messageOf(error)}`, {
      cause: error,
    })
  }
}
