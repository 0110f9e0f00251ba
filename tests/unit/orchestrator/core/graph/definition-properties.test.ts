// Whatever a definition file holds, it is read or refused at a place that stands in it; parents are found however they are written.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { definePlan, definePlanOfObjects } from '../../../../../orchestrator/core/graph/define-plan.ts'
import type { DefinitionFault } from '../../../../../orchestrator/core/graph/definition-fault.ts'
import { fieldNames } from '../../../../../orchestrator/core/graph/definition-fields.ts'
import { decodedFile } from '../../../../../orchestrator/core/graph/definition-text.ts'
import { type ParentReader, readParents } from '../../../../../orchestrator/core/graph/parent-names.ts'
import { parseWorkflows } from '../../../../../orchestrator/core/schedule/workflow.ts'
import { faultCodes } from '../../../../../shared/base/fault.ts'
import type { Json } from '../../../../../shared/base/json.ts'
import { objectIdOf } from '../../../../../shared/base/object-id.ts'
import { objectTexts, seed, valueTexts, wild } from '../../../../support/wild-texts.ts'

const names = [...new Set(Object.values(fieldNames).flat())]
const definition = objectTexts(names, {
  id: ['1001', '2001', '"n"', '"01001"'],
  parents: ['"1001"', '[2001,"n"]', '2001', '[{"id":1001,"policy":"stale-ok","max_age":"2h"}]', '{"id":[]}'],
  policy: ['{"max_retries":2,"backoff":{"base":"1s","cap":7}}', '{"attempt_timeout":"never","other":1}'],
  layer: ['1000', '2000'],
})
const lists = fc.array(definition, { maxLength: 4 })
const files = wild(
  fc.oneof(
    lists.map((objects) => `[${objects.join(',\n')}]`),
    lists.map((objects) => objects.join('\n')),
  ),
)
const workflows = wild(
  objectTexts(['name', 'schedule', 'steps', 'description'], {
    name: ['"w"'],
    schedule: ['{"cron":"0 8 * * *","timezone":"Europe/Madrid"}', '{"cron":7,"timezone":[]}'],
    steps: ['[{"id":1001}]', '[{"id":1001},{"id":1001}]'],
  }),
)

/** Every fault has a code of the table, something to say, and a place: a character of the text, or right behind its last one. */
function expectPlaced(faults: readonly DefinitionFault[], text: string): void {
  const lines = text.replace(/^\ufeff/, '').split('\n')
  for (const { code, line, column, message, hint } of faults) {
    expect(faultCodes).toHaveProperty(code)
    expect([message, hint]).not.toContain('')
    if (line === 0 && code === 'NO_OBJECTS') continue
    expect(line).toBeGreaterThanOrEqual(1)
    expect(line).toBeLessThanOrEqual(lines.length)
    expect(column).toBeGreaterThanOrEqual(1)
    expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1)
  }
}

describe('a definition file', { timeout: 60_000 }, () => {
  it('of any text is a plan, or faults that stand in it', () => {
    fc.assert(
      fc.property(files, fc.constantFrom('fail', 'ignore'), (text, missingParents) => {
        const planned = definePlan({
          files: [{ file: 'a.json', text }],
          selection: { all: true },
          missingParents,
        })
        expectPlaced(planned.ok ? planned.value.warnings : planned.reason, text)
        if (!planned.ok) expect(planned.reason.some(({ severity }) => severity === 'error')).toBe(true)
      }),
      { seed, numRuns: 1_000 },
    )
  })

  it('of any bytes is a plan, or faults that stand in it', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.tuple(files, fc.uint8Array({ maxLength: 3 }), fc.nat(80)).map(([text, piece, at]) => {
        const whole = Buffer.from(text)
        return new Uint8Array(Buffer.concat([whole.subarray(0, at), piece, whole.subarray(at)]))
      }),
    )
    fc.assert(
      fc.property(bytes, (given) => {
        const planned = definePlan({ files: [decodedFile('a.json', given)], selection: { all: true } })
        expectPlaced(planned.ok ? planned.value.warnings : planned.reason, new TextDecoder().decode(given))
      }),
      { seed, numRuns: 500 },
    )
  })

  it('that is a workflow of any text is one, or faults that stand in it', () => {
    fc.assert(
      fc.property(workflows, (text) => {
        const parsed = parseWorkflows([{ file: 'w.json', text }])
        expectPlaced(parsed.ok ? parsed.value.flatMap(({ warnings }) => warnings) : parsed.reason, text)
      }),
      { seed, numRuns: 500 },
    )
  })

  it('needs no text: objects of any kind are a plan, or faults with a pointer to them', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(definition, valueTexts), { maxLength: 5 }), (texts) => {
        const objects = texts.map((text) => JSON.parse(text) as Json)
        const planned = definePlanOfObjects({ objects, selection: { all: true } })
        for (const { pointer, code } of planned.ok ? planned.value.warnings : planned.reason) {
          if (code === 'NO_OBJECTS') continue
          const [, entry = '-1'] = /^\/objects\/(\d+)/.exec(pointer) ?? []
          expect(Number(entry)).toBeGreaterThanOrEqual(0)
          expect(Number(entry)).toBeLessThan(objects.length)
        }
      }),
      { seed, numRuns: 500 },
    )
  })
})

/** Reads parents where these objects are known, by the number of their place. */
function read(given: Json, known: readonly string[]) {
  const said = { found: [] as string[], unknown: [] as string[], complaints: [] as string[] }
  const numbers = new Map(known.map((id, index) => [id, index]))
  const reader: ParentReader = {
    meaningOf: (word) => numbers.get(word),
    meaningOfNumber: (number) => numbers.get(String(number)),
    found: (object) => said.found.push(known[object] ?? 'nobody'),
    unknown: (word) => said.unknown.push(word),
    complain: ({ code }) => said.complaints.push(code),
    element: undefined,
    member: undefined,
    policy: undefined,
  }
  readParents(given, reader)
  return said
}

describe('parents', { timeout: 60_000 }, () => {
  const numeric = fc
    .oneof(fc.nat(5_000), fc.maxSafeNat(), fc.constantFrom(0, 999_999_999_999_999))
    .map(String)
  const named = fc
    .string({ minLength: 1, maxLength: 8, unit: fc.constantFrom(...'abcéß_.:/1'.split('')) })
    .map((text) => objectIdOf(text) ?? '')
  const known = fc.uniqueArray(fc.oneof(numeric, named), { minLength: 1, maxLength: 6 })

  it('of any JSON are objects that are known, words that are not, or complaints', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          valueTexts,
          fc.string().map((text) => JSON.stringify(text)),
        ),
        known,
        (text, ids) => {
          const { found, unknown, complaints } = read(JSON.parse(text) as Json, ids)
          for (const id of found) expect(ids).toContain(id)
          expect(unknown).not.toContain('')
          for (const code of complaints)
            expect(['BAD_TYPE', 'BAD_POLICY', 'NOISY_PARENT', 'AMBIGUOUS_PARENT']).toContain(code)
        },
      ),
      { seed, numRuns: 1_000 },
    )
  })

  it('are the same in whichever way they are written, and in their order (any ids)', () => {
    const blank = fc.constantFrom('', ' ', '\t', '  ')
    const mark = fc.tuple(blank, fc.constantFrom(',', ';', ',;'), blank).map((parts) => parts.join(''))
    const zeros = fc.constantFrom('', '0', '000')
    fc.assert(
      fc.property(
        known,
        fc.infiniteStream(mark),
        fc.infiniteStream(zeros),
        blank,
        (ids, marks, padding, around) => {
          const isNumber = (id: string) => /^\d+$/.test(id)
          const written = ids.map((id) => (isNumber(id) ? `${padding.next().value}${id}` : id))
          const joined = written.reduce((text, word) => `${text}${marks.next().value}${word}`)
          const ways: readonly Json[] = [
            written,
            `${around}${joined}${around}`,
            [joined, null, ''],
            ids.map((id) => (isNumber(id) ? Number(id) : id)),
            written.map((id) => ({ id, policy: 'optional' })),
          ]
          for (const way of ways) expect(read(way, ids)).toEqual({ found: ids, unknown: [], complaints: [] })
        },
      ),
      { seed, numRuns: 1_000 },
    )
  })

  it('that are digits and known to nobody are said to be so, each as its id (any ids)', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 5 }), fc.boolean(), (numbers, isText) => {
        const given = isText ? numbers.join(';') : numbers
        expect(read(given, ['nobody'])).toEqual({ found: [], unknown: numbers.map(String), complaints: [] })
      }),
      { seed, numRuns: 300 },
    )
  })
})
