// Definition files are read as JSON arrays and NDJSON, and faults stand at their exact place.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { definePlan } from '../../../../../orchestrator/core/graph/define-plan.ts'
import { definitionsOf, parseDefinitions } from '../../../../../orchestrator/core/graph/definition-source.ts'
import { located } from '../../../../../orchestrator/core/graph/fault-location.ts'
import type { Json } from '../../../../../shared/base/json.ts'
import { seed } from '../../../../support/wild-texts.ts'

const parse = (text: string, file = 'a.json') => parseDefinitions([{ file, text }])
const valuesOf = (text: string) => parse(text).sources.flatMap(({ values }) => values)
const placeOf = (text: string) => {
  const [fault] = parse(text).faults
  return fault === undefined ? undefined : [fault.code, fault.line, fault.column]
}

describe('a definition file', () => {
  it('is a JSON array', () => expect(valuesOf('[{"id":1},{"id":2}]')).toEqual([{ id: 1 }, { id: 2 }]))

  it('is NDJSON, blank lines and a missing newline at the end included', () =>
    expect(valuesOf('{"id":1}\n\n  {"id":2}\n{"id":3}')).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]))

  it('may begin with a byte order mark and have the line ends of Windows', () => {
    expect(valuesOf('\ufeff[\r\n{"id":1}\r\n]\r\n')).toEqual([{ id: 1 }])
    expect(valuesOf('\ufeff{"id":1}\r\n{"id":2}\r\n')).toEqual([{ id: 1 }, { id: 2 }])
  })

  it('keeps entries of any kind for the check, null among them', () =>
    expect(valuesOf('[null, 5, {"id":1}]')).toEqual([null, 5, { id: 1 }]))

  it('takes the last of two fields of one name, as JSON.parse does', () =>
    expect(valuesOf('[{"id":1,"id":2}]')).toEqual([{ id: 2 }]))

  it('that is empty is a warning', () => {
    expect(parse(' \n ').faults).toMatchObject([{ code: 'NO_OBJECTS', severity: 'warning', line: 1 }])
  })

  it('that is empty is one error where nothing else is, and a warning beside others', () => {
    const faultsOf = (...texts: readonly string[]) => {
      const files = texts.map((text, number) => ({ file: `${number}.json`, text }))
      const outcome = definePlan({ files })
      const faults = outcome.ok ? outcome.value.warnings : outcome.reason
      return faults.map(({ code, severity, file, message }) => [file, severity, code, message].join(' '))
    }
    expect(faultsOf('')).toEqual(['0.json error NO_OBJECTS the file is empty'])
    expect(faultsOf('[]')).toEqual(['0.json error NO_OBJECTS there is no object to plan'])
    expect(faultsOf('', '[{"id":1001}]')).toEqual(['0.json warning NO_OBJECTS the file is empty'])
    expect(faultsOf('', '[{"id":1001,"state":"old"}]')).toEqual([
      '0.json warning NO_OBJECTS the file is empty',
      '1.json warning INACTIVE_OBJECT 1001 is left out: its state is "old"',
      '0.json error NO_OBJECTS no object is active',
    ])
  })

  it('that is one object over several lines is told to be a list', () =>
    expect(parse('{\n  "id": 1\n}').faults).toMatchObject([
      { code: 'BAD_TYPE', hint: expect.stringContaining('[') },
    ]))

  it('that is another kind of JSON is told to be a list, at its place', () =>
    expect(placeOf('\n  "objects"')).toEqual(['BAD_TYPE', 2, 3]))
})

describe('a syntax error', () => {
  const cases: readonly (readonly [string, string, number, number])[] = [
    ['a missing comma', '[\n  {"id": 1}\n  {"id": 2}\n]', 3, 3],
    ['a comma at the end', '[{"id": 1},\n]', 2, 1],
    ['a comma before a brace', '[\n{"id": 1,}]', 2, 10],
    ['a file that is cut off', '[{"id": 1}', 1, 11],
    ['a file that is cut off inside text', '[{"id": "abc', 1, 9],
    ['a bare word', '[{"id": abc}]', 1, 9],
    ['NaN', '[{"id": NaN}]', 1, 9],
    ['single quotes', "[{'id': 1}]", 1, 3],
    ['a comment', '[ // raw\n]', 1, 3],
    ['a Windows path', '[{"f": "C:\\data"}]', 1, 8],
    ['text after the end', '[{"id":1}]\n[{"id":2}]', 2, 1],
    ['a leading zero', '[{"id": 01}]', 1, 10],
    ['an unfinished line of NDJSON', '{"id":1}\n{"id":\n{"id":3}', 2, 7],
    ['only an opening bracket', '[', 1, 2],
  ]
  it.each(cases)('names the line and column: %s', (_, text, line, column) =>
    expect(placeOf(text)).toEqual(['SYNTAX', line, column]),
  )

  it('is reported once a line of NDJSON, and the other lines are read', () => {
    const { faults, entries } = parse('{"id":1}\n{oops}\n{"id":3}\n{"id"}')
    expect(faults.map(({ code, line }) => [code, line])).toEqual([
      ['SYNTAX', 2],
      ['SYNTAX', 4],
    ])
    expect(entries).toBe(2)
  })

  it('is found below a hundred thousand brackets, without overflowing the stack', () => {
    const fault = parse(`${'['.repeat(100_000)}}`).faults[0]
    expect(fault).toMatchObject({ code: 'SYNTAX', line: 1, column: 100_001 })
  })

  it('is found in whatever is no JSON, and only there (any text)', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json().map((text) => text.slice(0, -1)),
        ),
        (broken) => {
          const text = `[${broken}`
          const isJson = (() => {
            try {
              JSON.parse(text)
              return true
            } catch {
              return false
            }
          })()
          const faults = parse(text).faults.filter(({ code }) => code === 'SYNTAX')
          expect(faults.length).toBe(isJson ? 0 : 1)
          for (const { line, column } of faults) {
            const lines = text.split('\n')
            expect(line).toBeGreaterThanOrEqual(1)
            expect(line).toBeLessThanOrEqual(lines.length)
            expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1)
          }
        },
      ),
      { seed },
    )
  })
})

describe('the place of a fault', () => {
  const record = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>)
  const spaces = fc.constantFrom('', ' ', '\n', '\r\n  ', '\t')

  it('is where the value stands, whatever keys and blanks are around it (any entries)', () => {
    fc.assert(
      fc.property(fc.array(record, { minLength: 1 }), spaces, fc.boolean(), (entries, blank, isLines) => {
        const print = (entry: Json) =>
          JSON.stringify(entry, null, isLines ? undefined : blank.replace(/\S/g, ''))
        const text = isLines
          ? entries.map(print).join('\n')
          : `[${blank}${entries.map(print).join(`${blank},${blank}`)}${blank}]`
        const definitions = parse(text)
        const wanted = entries.flatMap((entry, number) =>
          Object.keys(entry).map((key) => ({ entry: number, path: [key], value: entry[key] as Json })),
        )
        for (const { entry, path, value } of wanted) {
          const fault = { code: 'BAD_TYPE', severity: 'error', entry, path, message: '', hint: '' } as const
          const [placed] = located(definitions, [fault])
          const at = offsetOf(text, placed?.line ?? 0, placed?.column ?? 0)
          expect(text.slice(at).startsWith(JSON.stringify(value).slice(0, 1))).toBe(true)
          expect(pointed(entries, placed?.pointer ?? '')).toEqual(value)
        }
      }),
      { seed },
    )
  })

  it('is exact for a field deep in a file', () => {
    const text =
      '[\r\n  {"IdObjet": 2001},\r\n  {"x": {"IdObjet_Parent": 7},\r\n   "IdObjet": 2002,\r\n   "IdObjet_Parent": [2001, 9]}\r\n]'
    const outcome = definePlan({ files: [{ file: 'o.json', text }] })
    expect(outcome).toMatchObject({
      ok: false,
      reason: [
        { code: 'UNKNOWN_PARENT', file: 'o.json', line: 5, column: 29, pointer: '/1/IdObjet_Parent/1' },
      ],
    })
  })

  it('of a field that is there twice is the last one, which counts', () => {
    const outcome = definePlan({ files: [{ file: 'o', text: '[{"id":2001,"parents":9,\n"parents":8}]' }] })
    expect(outcome).toMatchObject({ ok: false, reason: [{ message: expect.stringContaining('8'), line: 2 }] })
  })

  it('in a request has a pointer into its objects and no line', () => {
    const definitions = definitionsOf([{}, 5])
    expect(definitions.sources[0]).toMatchObject({ file: 'request', kind: 'request' })
    const fault = { code: 'BAD_TYPE', severity: 'error', entry: 1, path: [], message: '', hint: '' } as const
    expect(located(definitions, [fault])).toMatchObject([{ file: 'request', line: 0, pointer: '/objects/1' }])
  })
})

function offsetOf(text: string, line: number, column: number): number {
  const before = text.split('\n').slice(0, line - 1)
  return before.reduce((sum, one) => sum + one.length + 1, 0) + column - 1
}

function pointed(root: unknown, pointer: string): unknown {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
  return steps.reduce<unknown>((value, step) => Object.getOwnPropertyDescriptor(value, step)?.value, root)
}
