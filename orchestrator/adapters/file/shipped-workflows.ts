// The workflows of an installation: those of its folder, else those that come with the product.

import { fileURLToPath } from 'node:url'
import { Fault } from '../../../shared/base/fault.ts'
import type { OrchestratorConfig } from '../../config.ts'
import type { Workflow } from '../../core/schedule/workflow.ts'
import { readWorkflows } from './workflow-files.ts'

/** The workflows of the configured folder, else those that come with the product. Rejects with WORKFLOW_INVALID. */
export async function workflowsOf(
  config: Pick<OrchestratorConfig, 'schedule'>,
): Promise<readonly Workflow[]> {
  const shipped = fileURLToPath(new URL('../../../tools/workflows', import.meta.url))
  const { workflowsPath, dailyWorkflowCron, timeZone } = config.schedule
  const workflows = await readWorkflows(workflowsPath ?? shipped, { dailyCron: dailyWorkflowCron, timeZone })
  if (workflows.ok) return workflows.value
  const lines = workflows.reason.map(
    ({ file, line, column, code, message }) => `  ${file}:${line}:${column} ${code} ${message}`,
  )
  throw new Fault('WORKFLOW_INVALID', ['the workflows are invalid:', ...lines].join('\n'))
}
