// Where faults stand: entry and path become file, line, column and JSON pointer.

import { type DefinitionFault, type EntryFault, jsonPointer } from './definition-fault.ts'
import type { DefinitionSource, Definitions } from './definition-source.ts'
import { offsetsOf, positionsIn, type TextPosition } from './text-position.ts'

const nowhere: TextPosition = { line: 0, column: 0 }

type Place = Pick<EntryFault, 'entry' | 'path'>

/** The faults of the definitions (syntax) and of their entries, in the order of files, lines and columns. */
export function located(definitions: Definitions, faults: readonly EntryFault[]): DefinitionFault[] {
  const wanted: Place[] = faults.flatMap((fault) =>
    fault.other === undefined ? [fault] : [fault, { entry: fault.other, path: [] }],
  )
  const positions = positionsOf(definitions.sources, wanted)
  let next = 0
  const placed = faults.map(({ code, severity, entry, path, message, hint, other }): DefinitionFault => {
    const source = sourceOf(definitions.sources, entry)
    const position = positions[next++] as TextPosition
    const otherPlace =
      other === undefined ? '' : printedPlace(definitions, other, positions[next++] as TextPosition)
    const pointer = pointerOf(source, entry, path)
    const text = { message: message.replace('{other}', () => otherPlace), hint }
    return { code, severity, file: source.file, ...position, pointer, ...text }
  })
  return inOrder(definitions.sources, [...definitions.faults, ...placed])
}

function printedPlace(definitions: Definitions, entry: number, position: TextPosition): string {
  const source = sourceOf(definitions.sources, entry)
  if (source.kind === 'request') return pointerOf(source, entry, [])
  return `${source.file}:${position.line}:${position.column}`
}

function pointerOf(source: DefinitionSource, entry: number, path: Place['path']): string {
  const pointer = jsonPointer([entry - source.firstEntry, ...path])
  return source.kind === 'request' ? `/objects${pointer}` : pointer
}

/** The source that holds an entry. */
function sourceOf(sources: readonly DefinitionSource[], entry: number): DefinitionSource {
  let [low, high] = [0, sources.length]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((sources[middle] as DefinitionSource).firstEntry <= entry) low = middle
    else high = middle
  }
  return sources[low] as DefinitionSource
}

function positionsOf(
  sources: readonly DefinitionSource[],
  wanted: readonly Place[],
): readonly TextPosition[] {
  const positions: TextPosition[] = new Array(wanted.length)
  const bySource = new Map<DefinitionSource, number[]>()
  wanted.forEach((place, number) => {
    const source = sourceOf(sources, place.entry)
    const numbers = bySource.get(source)
    if (numbers === undefined) bySource.set(source, [number])
    else numbers.push(number)
  })
  for (const [source, numbers] of bySource) {
    const offsets = offsetsIn(
      source,
      numbers.map((number) => wanted[number] as Place),
    )
    const positionOf = source.text === '' ? () => nowhere : positionsIn(source.text)
    numbers.forEach((number, index) => {
      positions[number] = positionOf(offsets[index] as number)
    })
  }
  return positions
}

function offsetsIn(source: DefinitionSource, places: readonly Place[]): readonly number[] {
  const inside = places.map(({ entry, path }) => ({ entry: entry - source.firstEntry, path }))
  if (source.kind === 'request') {
    const inBody = inside.map(({ entry, path }) => ({ entry: 0, path: ['objects', entry, ...path] }))
    return source.text === '' ? inBody.map(() => 0) : offsetsOf(source.text, inBody, true)
  }
  if (source.kind === 'array') return offsetsOf(source.text, inside)
  return inside.map((place) => {
    const start = source.offsets[place.entry] as number
    const end = source.text.indexOf('\n', start)
    const line = source.text.slice(start, end < 0 ? undefined : end)
    return start + (offsetsOf(line, [place], true)[0] as number)
  })
}

function inOrder(sources: readonly DefinitionSource[], faults: DefinitionFault[]): DefinitionFault[] {
  const fileNumber = new Map<string, number>()
  for (const { file } of sources) if (!fileNumber.has(file)) fileNumber.set(file, fileNumber.size)
  const numberOf = (fault: DefinitionFault) => fileNumber.get(fault.file) ?? -1
  return faults.sort(
    (a, b) => numberOf(a) - numberOf(b) || a.line - b.line || a.column - b.column || pointerOrder(a, b),
  )
}

/** Only of definitions without text: there the order of the entries is that of the faults. */
function pointerOrder(a: DefinitionFault, b: DefinitionFault): number {
  const [, left] = /^\/objects\/(\d+)/.exec(a.pointer) ?? []
  const [, right] = /^\/objects\/(\d+)/.exec(b.pointer) ?? []
  return Number(left ?? 0) - Number(right ?? 0)
}
