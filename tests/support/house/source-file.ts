// A TypeScript file as the rules of the house see it: parsed once, with what it imports and what it mentions.

import { globSync, readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { type Comment, type Program, parseSync } from 'oxc-parser'

export interface Import {
  /** As written: `./run.ts`, `kafkajs`, `node:fs`. */
  readonly specifier: string
  /** The path in the repository of a relative import, undefined for a package. */
  readonly path: string | undefined
}

export interface SourceFile {
  /** From the root of the repository, with `/`. */
  readonly path: string
  readonly text: string
  readonly program: Program
  readonly comments: readonly Comment[]
  /** Static, dynamic, re-exported, and types. */
  readonly imports: readonly Import[]
}

const folders = '{shared,orchestrator,workers,tools,bench,tests}'

/** Every TypeScript file of the house. */
export function readHouse(root: string): readonly SourceFile[] {
  return globSync(`${folders}/**/*.ts`, { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
    .map((path) => sourceFile(path, readFileSync(posix.join(root, path), 'utf8')))
}

/** Parses one file. Throws when it is no TypeScript. */
export function sourceFile(path: string, text: string): SourceFile {
  const { program, module, comments, errors } = parseSync(path, text)
  const [error] = errors
  if (error !== undefined) throw new Error(`${path}: ${error.message}`)
  const specifiers = [
    ...module.staticImports.map((one) => one.moduleRequest.value),
    ...module.staticExports.flatMap((one) =>
      one.entries.flatMap((entry) => (entry.moduleRequest ? [entry.moduleRequest.value] : [])),
    ),
    ...module.dynamicImports.flatMap(({ moduleRequest: { start, end } }) => literal(text.slice(start, end))),
  ]
  const imports = [...new Set(specifiers)].map((specifier) => ({
    specifier,
    path: specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : undefined,
  }))
  return { path, text, program, comments, imports }
}

/** The text of a string literal; nothing of an expression, which no rule can follow. */
function literal(source: string): readonly string[] {
  const [, value] = /^['"](.*)['"]$/.exec(source) ?? []
  return value === undefined ? [] : [value]
}

/** How many lines a piece of the file covers. */
export function linesOf(text: string): number {
  return text.trimEnd().split('\n').length
}

/** The number of the line of a position, from 1. */
export function lineAt(file: SourceFile, position: number): number {
  return file.text.slice(0, position).split('\n').length
}
