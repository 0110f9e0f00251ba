// The rules about one file: its name, its first line, its sizes, and no escape from the type checker.

import { basename } from 'node:path'
import { type Function as AnyFunction, type ArrowFunctionExpression, Visitor } from 'oxc-parser'
import { emptyNames, emptyWords, outside, sizes } from './house-table.ts'
import { isIn } from './import-rules.ts'
import { lineAt, linesOf, type SourceFile } from './source-file.ts'

/** Names that are not kebab-case, or that say nothing. */
export function badNames(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path }) => {
    const name = basename(path).replace(/(\.test|\.contract)?\.ts$/, '')
    const plain = /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)
    const empty = [name, ...path.split('/').slice(1, -1)].find(saysNothing)
    if (!plain) return [`${path} is not kebab-case`]
    return empty === undefined ? [] : [`${path} is named "${empty}", which says nothing`]
  })
}

/** Files that do not begin with one sentence in a `//` comment. */
export function missingFirstSentences(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ text }) => !/^\/\/ \S.*[.?!]\r?\n/.test(text))
    .map(({ path }) => `${path} does not begin with a sentence that says what it is`)
}

/** Whether it is an empty name, or ends in an empty word. */
function saysNothing(name: string): boolean {
  return emptyNames.includes(name) || emptyWords.includes(name.split('-').at(-1) ?? '')
}

/** Files that are too long. */
export function longFiles(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, text }) => {
    const allowed = isIn(path, 'tests') ? sizes.testFileLines : sizes.fileLines
    const lines = linesOf(text)
    return lines > allowed ? [`${path} has ${lines} lines, ${allowed} are allowed`] : []
  })
}

/** Functions of the product that are too long (a suite of tests is one function by its nature). */
export function longFunctions(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => {
    if (outside.some((place) => isIn(file.path, place))) return []
    const found: string[] = []
    const measure = ({ start, end }: AnyFunction | ArrowFunctionExpression) => {
      const lines = linesOf(file.text.slice(start, end))
      if (lines <= sizes.functionLines) return
      found.push(`${file.path}:${lineAt(file, start)} is a function of ${lines} lines`)
    }
    new Visitor({
      FunctionDeclaration: measure,
      FunctionExpression: measure,
      ArrowFunctionExpression: measure,
    }).visit(file.program)
    return found
  })
}

/** Interfaces in a folder of ports with too many methods. */
export function widePorts(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => {
    if (!/^[a-z]+\/ports\//.test(file.path)) return []
    const found: string[] = []
    new Visitor({
      TSInterfaceDeclaration({ id, body }) {
        const methods = body.body.filter((member) => member.type === 'TSMethodSignature').length
        if (methods > sizes.portMethods) found.push(`${file.path}: ${id.name} has ${methods} methods`)
      },
    }).visit(file.program)
    return found
  })
}

/** `any`, and comments that silence the type checker. */
export function typeEscapes(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) => {
    const found: string[] = []
    new Visitor({
      TSAnyKeyword({ start }) {
        found.push(`${file.path}:${lineAt(file, start)} says any`)
      },
    }).visit(file.program)
    const silenced = file.comments.filter(({ value }) => /^\s*@ts-(ignore|nocheck|expect-error)/.test(value))
    return [
      ...found,
      ...silenced.map(({ start }) => `${file.path}:${lineAt(file, start)} silences the checker`),
    ]
  })
}
