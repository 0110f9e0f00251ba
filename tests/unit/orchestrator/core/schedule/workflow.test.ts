// Tests of workflow files: what they say, and all that can be wrong in them, at once and in its place.

import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parseWorkflows, type WorkflowSettings } from '../../../../../orchestrator/core/schedule/workflow.ts'

const dailyText = readFileSync(
  new URL('../../../../../tools/workflows/daily-operations.json', import.meta.url),
  'utf8',
)
const schema = JSON.parse(
  readFileSync(new URL('../../../../../docs/workflow.schema.json', import.meta.url), 'utf8'),
)
const allows = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema)

const steps = [{ id: 'a', zone: '1-Raw' }]
const schedule = { cron: '0 8 * * *', timezone: 'Europe/Madrid' }
const good = { name: 'good', schedule, steps }

function parseTexts(texts: readonly string[], settings?: WorkflowSettings) {
  return parseWorkflows(
    texts.map((text, index) => ({ file: `${index}.json`, text })),
    settings,
  )
}

function workflowsOf(texts: readonly string[], settings?: WorkflowSettings) {
  const parsed = parseTexts(texts, settings)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.reason))
  return parsed.value
}

function faultsOf(...texts: readonly string[]) {
  const parsed = parseTexts(texts)
  return parsed.ok ? [] : parsed.reason
}

const faultsIn = (value: unknown) => faultsOf(JSON.stringify(value))
const placed = ({ code, pointer }: { code: string; pointer: string }) => `${code} ${pointer}`

describe('daily_operations', () => {
  const [daily] = workflowsOf([dailyText])

  it('goes from forecasts to production, then to procurement and inventory, then to the summary', () => {
    expect(daily?.plan.objects.map(({ id, layer, parents }) => [id, layer, ...parents])).toEqual([
      ['generate_forecasts', 1000],
      ['calculate_production', 2000, 'generate_forecasts'],
      ['calculate_procurement', 3000, 'calculate_production'],
      ['project_inventory', 3000, 'calculate_production'],
      ['send_summary', 3000, 'calculate_procurement', 'project_inventory'],
    ])
  })

  it('comes at eight in Madrid', () => {
    expect(daily).toMatchObject({
      name: 'daily_operations',
      schedule: { cron: '0 8 * * *', timeZone: 'Europe/Madrid', onceADay: true },
      file: '0.json',
    })
  })

  it('follows the installation where that has another time or another zone', () => {
    const settings = { dailyCron: '30 5 * * *', timeZone: 'Asia/Kathmandu' }
    const [moved] = workflowsOf([dailyText], settings)
    expect(moved?.schedule).toMatchObject({ cron: '30 5 * * *', timeZone: 'Asia/Kathmandu' })
    const [later] = workflowsOf([dailyText], { dailyCron: '0 9 * * *' })
    expect(later?.schedule).toMatchObject({ cron: '0 9 * * *', timeZone: 'Europe/Madrid' })
  })

  it('gets a schedule from the installation when its file has none', () => {
    const text = JSON.stringify({ name: 'daily_operations', steps })
    expect(workflowsOf([text])[0]?.schedule).toBeUndefined()
    expect(workflowsOf([text], { dailyCron: '0 9 * * *' })[0]?.schedule).toMatchObject({ timeZone: 'UTC' })
  })

  it('keeps to the published schema', () => {
    expect(allows(JSON.parse(dailyText))).toBe(true)
  })
})

describe('any other workflow', () => {
  it('keeps its own time and zone, whatever the installation says', () => {
    const settings = { dailyCron: '30 5 * * *', timeZone: 'Asia/Kathmandu' }
    expect(workflowsOf([JSON.stringify(good)], settings)[0]?.schedule).toMatchObject({
      cron: '0 8 * * *',
      timeZone: 'Europe/Madrid',
    })
  })

  it('that names no zone has that of the installation, else UTC', () => {
    const text = JSON.stringify({ ...good, schedule: { cron: '0 8 * * *' } })
    expect(workflowsOf([text], { timeZone: 'Asia/Kathmandu' })[0]?.schedule?.timeZone).toBe('Asia/Kathmandu')
    expect(workflowsOf([text])[0]?.schedule?.timeZone).toBe('UTC')
  })

  it('may have no schedule, and a description', () => {
    const [workflow] = workflowsOf([JSON.stringify({ name: 'by_hand', description: 'Now and then.', steps })])
    expect(workflow).toMatchObject({ schedule: undefined, description: 'Now and then.' })
  })

  it('runs all its steps, also those that no application model needs', () => {
    const all = [
      { id: 'a', zone: '1-Raw' },
      { id: 'b', zone: '3-Application' },
    ]
    expect(workflowsOf([JSON.stringify({ ...good, steps: all })])[0]?.plan.objects).toHaveLength(2)
  })

  it('has steps with policies of objects and links, as any definition', () => {
    const child = {
      id: 'b',
      zone: '2-Standardized',
      parents: [{ id: 'a', policy: 'optional', wait_until: '07:30' }],
      policy: { max_retries: 0 },
    }
    const text = JSON.stringify({ ...good, steps: [...steps, child] })
    expect(allows(JSON.parse(text))).toBe(true)
    const plan = workflowsOf([text])[0]?.plan
    expect(plan?.objects[1]?.policy).toEqual({ max_retries: 0 })
    expect([...(plan?.linkPolicies ?? [])]).toEqual([[0, { kind: 'optional', wait_until: '07:30' }]])
  })

  it('says which of its steps it leaves out, and where they stand', () => {
    const resting = { id: 'b', zone: '1-Raw', state: 'resting' }
    const [workflow] = workflowsOf([JSON.stringify({ ...good, steps: [...steps, resting] })])
    expect(workflow?.plan.objects.map(({ id }) => id)).toEqual(['a'])
    expect(workflow?.warnings).toMatchObject([
      { code: 'INACTIVE_OBJECT', severity: 'warning', file: '0.json', pointer: '/steps/1/state' },
    ])
  })

  it('may begin with a byte order mark and end its lines as Windows does', () => {
    const text = `\ufeff${JSON.stringify(good, null, 2).replaceAll('\n', '\r\n')}`
    expect(workflowsOf([text])).toHaveLength(1)
  })
})

describe('a workflow file with faults', () => {
  it('names those of policies at their line and column within the file', () => {
    const text = `{ "name": "good", "steps": [\n{ "id": "a", "zone": "1-Raw",\n  "policy": { "max_retries": "x" } }\n] }`
    expect(faultsOf(text)).toMatchObject([
      { code: 'BAD_POLICY', line: 3, column: 30, pointer: '/steps/0/policy/max_retries' },
    ])
  })

  it('names each of them at once, of the workflow and of its steps', () => {
    const faults = faultsIn({
      name: 'no spaces',
      shedule: schedule,
      description: 7,
      schedule: { cron: 'at eight', timezone: 'Madrid', tz: 'UTC' },
      steps: [
        { id: 'a', zone: '1-Raw' },
        { id: 'b', zone: '2-Standardized', parents: ['c'] },
        { id: 'd', zone: '1-Raw', frequency: '0 0 31 2 *' },
      ],
    })
    expect(faults.map(placed).sort()).toEqual([
      'BAD_CRON /schedule/cron',
      'CRON_NEVER_FIRES /steps/2/frequency',
      'UNKNOWN_PARENT /steps/1/parents/0',
      'WORKFLOW_INVALID /description',
      'WORKFLOW_INVALID /name',
      'WORKFLOW_INVALID /schedule/timezone',
      'WORKFLOW_INVALID /schedule/tz',
      'WORKFLOW_INVALID /shedule',
    ])
  })

  it('says line and column in the file, of the workflow and of its steps', () => {
    const text = [
      '{ "name": "w",',
      '  "schedule": { "cron": "0 0 31 2 *" },',
      '  "steps": [ { "id": "a", "zone": "1-Raw" },',
      '    { "id": "b", "zone": "2-Standardized", "parents": ["a ] \\" {", "a"] } ]',
      '}',
    ].join('\n')
    expect(faultsOf(text)).toMatchObject([
      { code: 'CRON_NEVER_FIRES', file: '0.json', line: 2, column: 25, pointer: '/schedule/cron' },
      { code: 'UNKNOWN_PARENT', file: '0.json', line: 4, column: 56, pointer: '/steps/1/parents/0' },
    ])
  })

  it('is said in a line, also of a name that is thousands of lists in each other', () => {
    const deep = '['.repeat(20_000) + ']'.repeat(20_000)
    const [fault] = faultsOf(`{"name":${deep},"steps":[{"id":1001}]}`)
    expect(fault).toMatchObject({ pointer: '/name', message: 'a list is no name of a workflow' })
  })

  it('says where it is no JSON', () => {
    expect(faultsOf('{ "name": "w",\n  "steps": [ }')).toMatchObject([
      { code: 'SYNTAX', line: 2, column: 14 },
    ])
  })

  it('is refused when a cycle goes through its steps', () => {
    const cycle = [
      { id: 'a', zone: '1-Raw', parents: ['b'] },
      { id: 'b', zone: '1-Raw', parents: ['a'] },
    ]
    expect(faultsIn({ ...good, steps: cycle }).map(({ code }) => code)).toEqual(['CYCLE'])
  })

  it('does not hide the faults of the next file', () => {
    const faults = faultsOf('[]', JSON.stringify(good), '{"name":"w"}')
    expect(faults.map(({ file, code, pointer }) => [file, code, pointer])).toEqual([
      ['0.json', 'WORKFLOW_INVALID', ''],
      ['2.json', 'WORKFLOW_INVALID', '/steps'],
    ])
  })

  it('is refused when another file has its name', () => {
    expect(faultsOf(JSON.stringify(good), JSON.stringify(good))).toMatchObject([
      {
        code: 'WORKFLOW_INVALID',
        file: '1.json',
        pointer: '/name',
        message: expect.stringContaining('0.json'),
      },
    ])
  })

  it.each([
    ['an object', [], ''],
    ['a name', { steps }, '/name'],
    ['a name without @', { ...good, name: 'a@b' }, '/name'],
    ['a name that object files do not use', { ...good, name: 'objects-0123' }, '/name'],
    ['steps', { ...good, steps: [] }, '/steps'],
    ['a list of steps', { ...good, steps: { id: 'a' } }, '/steps'],
    ['a schedule that is an object', { ...good, schedule: '0 8 * * *' }, '/schedule'],
    ['a cron expression', { ...good, schedule: { timezone: 'UTC' } }, '/schedule/cron'],
    [
      'a zone that is no offset',
      { ...good, schedule: { ...schedule, timezone: '+02:00' } },
      '/schedule/timezone',
    ],
    ['known fields only', { ...good, step: [] }, '/step'],
    ['a description in words', { ...good, description: ['a'] }, '/description'],
  ])('needs %s, by the parser and by the published schema', (_, value, pointer) => {
    expect(faultsIn(value).map(placed)).toEqual([`WORKFLOW_INVALID ${pointer}`])
    expect(allows(value)).toBe(false)
  })
})
