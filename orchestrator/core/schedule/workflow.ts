// A workflow: a plan with a name and a schedule, as a file gives it, with all that is wrong in it said at once.

import { isJsonObject, type Json, type JsonObject } from '../../../shared/base/json.ts'
import { failure, type Result, success } from '../../../shared/base/result.ts'
import { cronFault } from '../graph/cron-expression.ts'
import { definePlan } from '../graph/define-plan.ts'
import { type DefinitionFault, jsonPointer } from '../graph/definition-fault.ts'
import { printed } from '../graph/definition-fields.ts'
import type { DefinitionFile } from '../graph/definition-source.ts'
import type { Plan } from '../graph/plan.ts'
import { offsetsOf, positionAt, syntaxErrorAt } from '../graph/text-position.ts'
import { isTimeZone } from './cron.ts'
import { type Schedule, scheduleOf } from './schedule.ts'

export interface Workflow {
  readonly name: string
  readonly description: string | undefined
  /** Undefined: the workflow is only triggered by hand. */
  readonly schedule: Schedule | undefined
  readonly plan: Plan
  readonly file: string
  /** What may be wrong in its steps, such as one that is not active: to be logged by who reads the file. */
  readonly warnings: readonly DefinitionFault[]
}

/** What the installation says instead of the files. */
export interface WorkflowSettings {
  /** Instead of the schedule of `daily_operations`. A cron expression that fires. */
  readonly dailyCron?: string | undefined
  /** Instead of the time zone of `daily_operations`, and for schedules that name none. An IANA name. */
  readonly timeZone?: string | undefined
}

export const dailyWorkflow = 'daily_operations'

/** Where a schedule ticks when neither its file nor the installation names a time zone. */
export const fallbackTimeZone = 'UTC'

const fields = ['$schema', 'name', 'description', 'schedule', 'steps']
const scheduleFields = ['cron', 'timezone']
const namePattern = /^(?!objects-)[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/

type Path = readonly (string | number)[]
type Complain = (path: Path, message: string, hint: string, code?: DefinitionFault['code']) => void

/**
 * The workflows of `files`, one each, in their order; or everything that is wrong in any of them: faults of
 * the workflow itself as WORKFLOW_INVALID, of its steps as those of any definition.
 */
export function parseWorkflows(
  files: readonly DefinitionFile[],
  settings: WorkflowSettings = {},
): Result<readonly Workflow[], readonly DefinitionFault[]> {
  const faults: DefinitionFault[] = []
  const workflows = new Map<string, Workflow>()
  for (const given of files) {
    const file = { ...given, text: given.text.replace(/^\ufeff/, '') }
    const parsed = parseWorkflow(file, settings)
    if (!parsed.ok) faults.push(...parsed.reason)
    else {
      const { name } = parsed.value
      const other = workflows.get(name)
      if (other !== undefined) faults.push(givenTwice(file, name, other.file))
      workflows.set(name, parsed.value)
    }
  }
  return faults.length > 0 ? failure(faults) : success([...workflows.values()])
}

function givenTwice(file: DefinitionFile, name: string, other: string): DefinitionFault {
  const message = `the workflow ${name} is already defined in ${other}`
  return invalid(file, ['name'], message, 'give each workflow a name of its own')
}

function parseWorkflow(
  file: DefinitionFile,
  settings: WorkflowSettings,
): Result<Workflow, readonly DefinitionFault[]> {
  const read = readObject(file)
  if (!read.ok) return failure([read.reason])
  const faults: DefinitionFault[] = []
  const complain: Complain = (path, message, hint, code) =>
    faults.push(invalid(file, path, message, hint, code))
  const { description } = read.value
  checkFields(read.value, [], fields, complain)
  const name = readName(read.value, complain)
  const schedule = readSchedule(read.value.schedule, settings, name === dailyWorkflow, complain)
  if (description !== undefined && typeof description !== 'string') {
    complain(['description'], 'the description is no text', 'write it in double quotes')
  }
  const plan = readSteps(file, read.value.steps, complain, faults)
  if (faults.some(({ severity }) => severity === 'error') || plan === undefined) return failure(faults)
  const text = typeof description === 'string' ? description : undefined
  return success({ name, description: text, schedule, plan, file: file.file, warnings: faults })
}

function readObject(file: DefinitionFile): Result<JsonObject, DefinitionFault> {
  let value: Json
  try {
    value = JSON.parse(file.text)
  } catch (error) {
    const { reason, hint, ...place } = syntaxErrorAt(file.text, error)
    return failure({ ...invalid(file, [], `not valid JSON: ${reason}`, hint, 'SYNTAX'), ...place })
  }
  if (isJsonObject(value)) return success(value)
  return failure(
    invalid(file, [], 'a workflow is one object', 'write { "name": …, "schedule": …, "steps": […] }'),
  )
}

function checkFields(object: JsonObject, path: Path, known: readonly string[], complain: Complain): void {
  for (const field of Object.keys(object)) {
    if (known.includes(field)) continue
    complain([...path, field], `there is no field '${field}' here`, `known are ${known.join(', ')}`)
  }
}

function readName({ name }: JsonObject, complain: Complain): string {
  if (typeof name === 'string' && namePattern.test(name)) return name
  const hint = "letters, digits and . _ -, at most 100 of them; 'objects-' at the beginning is taken"
  const message =
    name === undefined ? 'the workflow has no name' : `${printed(name)} is no name of a workflow`
  complain(['name'], message, hint)
  return ''
}

function readSchedule(
  given: Json | undefined,
  settings: WorkflowSettings,
  isDaily: boolean,
  complain: Complain,
): Schedule | undefined {
  if (given === undefined || given === null) {
    const cron = isDaily ? settings.dailyCron : undefined
    return cron === undefined ? undefined : scheduleOf(cron, settings.timeZone ?? fallbackTimeZone)
  }
  if (!isJsonObject(given)) {
    complain(
      ['schedule'],
      'the schedule is no object',
      'write { "cron": "0 8 * * *", "timezone": "Europe/Madrid" }',
    )
    return undefined
  }
  checkFields(given, ['schedule'], scheduleFields, complain)
  const cron = readCron(given.cron, complain)
  const timeZone = readTimeZone(given.timezone, complain)
  if (cron === undefined) return undefined
  const own = timeZone ?? settings.timeZone ?? fallbackTimeZone
  if (!isDaily) return scheduleOf(cron, own)
  return scheduleOf(settings.dailyCron ?? cron, settings.timeZone ?? own)
}

function readCron(given: Json | undefined, complain: Complain): string | undefined {
  const path = ['schedule', 'cron']
  if (typeof given !== 'string') {
    complain(
      path,
      'the schedule has no cron expression',
      'write minute, hour, day, month and weekday, as in "0 8 * * *"',
    )
    return undefined
  }
  const fault = cronFault(given)
  if (fault === undefined) return given
  complain(path, fault.message, fault.hint, fault.code)
  return undefined
}

function readTimeZone(given: Json | undefined, complain: Complain): string | undefined {
  if (given === undefined || given === null) return undefined
  if (typeof given === 'string' && isTimeZone(given)) return given
  complain(
    ['schedule', 'timezone'],
    `${printed(given)} is no time zone`,
    'write a name of the IANA data base, such as Europe/Madrid or UTC',
  )
  return undefined
}

/** Steps are ordinary object definitions, checked as a file of them would be; all of them are wanted. */
function readSteps(
  file: DefinitionFile,
  steps: Json | undefined,
  complain: Complain,
  faults: DefinitionFault[],
): Plan | undefined {
  if (!Array.isArray(steps) || steps.length === 0) {
    complain(
      ['steps'],
      'the workflow has no steps',
      'write a list of object definitions: "steps": [ {…}, {…} ]',
    )
    return undefined
  }
  const planned = definePlan({
    files: [{ file: file.file, text: textOfSteps(file.text) }],
    selection: { all: true },
    missingParents: 'fail',
  })
  const found = planned.ok ? planned.value.warnings : planned.reason
  faults.push(...found.map((fault) => ({ ...fault, pointer: `/steps${fault.pointer}` })))
  return planned.ok ? planned.value.plan : undefined
}

/** The list of steps alone, at the very lines and columns where it stands in the file. */
function textOfSteps(text: string): string {
  const [start = 0] = offsetsOf(text, [{ entry: 0, path: ['steps'] }], true)
  return text.slice(0, start).replace(/[^\r\n]/g, ' ') + text.slice(start, endOfValue(text, start))
}

/** Where the list or object ends that begins at `start` of a JSON text. */
function endOfValue(text: string, start: number): number {
  const token = /"(?:[^"\\]|\\.)*"|[[\]{}]/g
  token.lastIndex = start
  let depth = 0
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    if (match[0] === '[' || match[0] === '{') depth++
    if (match[0] === ']' || match[0] === '}') depth--
    if (depth === 0) return token.lastIndex
  }
  return text.length
}

function invalid(
  { file, text }: DefinitionFile,
  path: Path,
  message: string,
  hint: string,
  code: DefinitionFault['code'] = 'WORKFLOW_INVALID',
): DefinitionFault {
  const offset =
    path.length === 0 ? text.search(/\S|$/) : (offsetsOf(text, [{ entry: 0, path }], true)[0] ?? 0)
  return {
    code,
    severity: 'error',
    file,
    ...positionAt(text, offset),
    pointer: jsonPointer(path),
    message,
    hint,
  }
}
