// The rule that time, chance, the environment and the console come through ports, but for named places.

import { type Expression, Visitor } from 'oxc-parser'
import { worldPlaces } from './house-table.ts'
import { isIn } from './import-rules.ts'
import { lineAt, type SourceFile } from './source-file.ts'

/** Uses of the world outside the places that the table names. */
export function worldUses(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) =>
    usesIn(file)
      .filter(({ name }) => !(worldPlaces[name] ?? []).some((place) => isIn(file.path, place)))
      .map(({ name, at }) => `${file.path}:${lineAt(file, at)} uses ${name}`),
  )
}

interface Use {
  readonly name: string
  readonly at: number
}

function usesIn(file: SourceFile): readonly Use[] {
  const uses: Use[] = []
  const note = (name: string, at: number) => {
    if (name in worldPlaces) uses.push({ name, at })
  }
  new Visitor({
    MemberExpression({ object, property, start }) {
      const owner = nameOf(object)
      if (owner === undefined) return
      note(owner === 'console' ? owner : `${owner}.${nameOf(property as Expression) ?? ''}`, start)
      if (owner === 'globalThis' || owner === 'crypto') note(nameOf(property as Expression) ?? '', start)
    },
    CallExpression({ callee, start }) {
      note(nameOf(callee) ?? '', start)
    },
    NewExpression({ callee, arguments: given, start }) {
      if (given.length === 0) note(`new ${nameOf(callee) ?? ''}()`, start)
    },
    ImportDeclaration({ source, specifiers, start }) {
      note(source.value, start)
      for (const one of specifiers)
        if (one.type === 'ImportSpecifier') note(nameOf(one.imported) ?? '', one.start)
    },
  }).visit(file.program)
  return uses
}

function nameOf(expression: Expression | { readonly type: string }): string | undefined {
  return expression.type === 'Identifier' && 'name' in expression ? expression.name : undefined
}
