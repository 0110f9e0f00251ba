// Workflows: what there is, what will run when, and opening one by hand.

import type { ScheduleAnswer, TriggerBody, WorkflowList } from '../../../shared/api/schedule-resource.ts'
import { Fault } from '../../../shared/base/fault.ts'
import type { ApiParts } from '../api-parts.ts'
import type { ApiRoute } from '../api-route.ts'
import { BareDefinition } from '../bodies.ts'
import { OpenRunDesk } from '../open-run-desk.ts'
import { nothing, scheduleQuery, triggerBody, workflowParams } from '../schemas.ts'
import { openedAt } from './run-routes.ts'

const usualTicks = 10

export function workflowRoutes(parts: ApiParts): readonly ApiRoute[] {
  const desk = new OpenRunDesk(parts)
  return [
    {
      method: 'GET',
      path: '/api/v1/workflows',
      summary: 'Lists the workflows.',
      schema: { querystring: nothing },
      answers: { 200: 'WorkflowList' },
      handle: async () => workflowList(parts),
    },
    {
      method: 'POST',
      path: '/api/v1/workflows/:name/trigger',
      summary: "Opens the run of a workflow's business date, unless its schedule has done so.",
      schema: { params: workflowParams, querystring: nothing, body: triggerBody },
      answers: { 200: 'OpenedRun', 201: 'OpenedRun' },
      handle: async (request, reply) => {
        const { name } = request.params as { name: string }
        if (request.body instanceof BareDefinition)
          throw new Fault('REQUEST_INVALID', 'body must be an object with date and tenant, or be left out')
        const answer = await desk.trigger(name, (request.body ?? {}) as TriggerBody)
        return answer.opened ? openedAt(reply, answer) : answer
      },
    },
    {
      method: 'GET',
      path: '/api/v1/schedule',
      summary: 'Lists the runs that schedules open next, the soonest first.',
      schema: { querystring: scheduleQuery },
      answers: { 200: 'Schedule' },
      handle: (request) => schedule(parts, (request.query as { count?: string }).count),
    },
  ]
}

function workflowList({ scheduler }: ApiParts): WorkflowList {
  return {
    workflows: scheduler.workflows.map(({ name, schedule, plan }) => ({
      name,
      schedule: schedule?.cron ?? null,
      time_zone: schedule?.timeZone ?? null,
      objects: plan.objects.length,
    })),
  }
}

async function schedule({ scheduler }: ApiParts, count: string | undefined): Promise<ScheduleAnswer> {
  const ticks = await scheduler.nextTicks(Math.min(Number(count ?? usualTicks)))
  return {
    ticks: ticks.map((tick) => ({
      workflow: tick.workflow,
      tenant: tick.tenant,
      run_id: tick.runId,
      business_date: tick.businessDate,
      at: tick.localTime,
      time_zone: tick.timeZone,
      opened: tick.opened,
    })),
  }
}
