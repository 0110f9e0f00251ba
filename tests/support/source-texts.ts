// The sources of the product as texts, for tests that hold documents to what stands in the code.

import { globSync } from 'node:fs'
import { projectFolder, readText } from './markdown.ts'

export interface SourceText {
  readonly file: string
  /** Without comments. */
  readonly code: string
}

const folders = ['shared', 'orchestrator', 'workers', 'tools']

/** Every TypeScript file of the product, but for the simulator, whose faults are made up. */
export function sourceTexts(): readonly SourceText[] {
  const files = globSync(
    folders.map((folder) => `${folder}/**/*.ts`),
    { cwd: projectFolder },
  )
  return files
    .filter((file) => !file.startsWith('tools/simulator'))
    .sort()
    .map((file) => ({ file, code: withoutComments(readText(file)) }))
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '')
}
