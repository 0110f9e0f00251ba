// The workflows of an installation: those of its folder, else those that come with the product.

import { fileURLToPath } from 'node:url'
import { Fault } from '../../../shared/base/fault.ts'
import type { Workflow } from '../../core/schedule/workflow.ts'
import { readWorkflows } from './workflow-files.ts'

interface WorkflowPlaces {
  /** Undefined: the workflows that come with the product. */
  readonly workflowsPath: string | undefined
  readonly dailyWorkflowCron: string | undefined
  readonly timeZone: string | undefined
}

/** The workflows of the configured folder, else those that come with the product. Rejects with WORKFLOW_INVALID. */
export async function workflowsOf(config: {
  readonly schedule: WorkflowPlaces
}): Promise<readonly Workflow[]> {
  const shipped = fileURLToPath(new URL('../../../tools/workflows', import.meta.url))
  const { workflowsPath, dailyWorkflowCron, timeZone } = config.schedule
  const workflows = await readWorkflows(workflowsPath ?? shipped, { dailyCron: dailyWorkflowCron, timeZone })
  if (workflows.ok) return workflows.value
  const lines = workflows.reason.map(
    ({ file, line, column, code, message }) => `  ${file}:${line}:${column} ${code} ${message}`,
  )
  throw new Fault('WORKFLOW_INVALID', ['the workflows are invalid:', ...lines].join('\n'))
}
