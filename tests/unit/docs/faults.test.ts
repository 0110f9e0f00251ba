// docs/faults.md says of every code what the table says, and prints what the house prints.

import { describe, expect, it } from 'vitest'
import { definePlan } from '../../../orchestrator/core/graph/define-plan.ts'
import { faultCodes } from '../../../shared/base/fault.ts'
import { faultLines } from '../../../tools/fault-lines.ts'
import { type FencedBlock, fencedBlocks, readText } from '../../support/markdown.ts'
import { sourceTexts } from '../../support/source-texts.ts'

const markdown = readText('docs/faults.md')
const sources = sourceTexts()
const [ofFaults = '', ofAnswers = ''] = markdown.split('\n## Codes that are no faults\n')

/** Code → whether its paragraph says that it is retryable; undefined: it does not say. */
function described(text: string): ReadonlyMap<string, boolean | undefined> {
  const parts = text.split(/^### /m).slice(1)
  return new Map(
    parts.map((part) => {
      const said = /^`retryable: (yes|no)`$/m.exec(part)?.[1]
      return [part.slice(0, part.indexOf('\n')), said === undefined ? undefined : said === 'yes']
    }),
  )
}

describe('docs/faults.md', () => {
  it('has a paragraph for every code, in the order of the table, and for no other', () => {
    expect([...described(ofFaults).keys()]).toEqual(Object.keys(faultCodes))
  })

  it('says of every code whether it is retryable, as the table does', () => {
    const inTable = Object.entries(faultCodes).map(([code, { retryable }]) => [code, retryable])
    expect(Object.fromEntries(described(ofFaults))).toEqual(Object.fromEntries(inTable))
  })

  it('explains the codes of answers that are no faults', () => {
    const literals = sources.flatMap(({ code }) => [...code.matchAll(/\bcode: '([A-Z_]+)'/g)])
    const others = literals.map((match) => match[1] ?? '').filter((code) => !(code in faultCodes))
    expect(new Set(described(ofAnswers).keys())).toEqual(new Set(others))
  })
})

describe('every code of the table', () => {
  const used = sources
    .filter(({ file }) => file !== 'shared/base/fault.ts')
    .map(({ code }) => code)
    .join('\n')

  it.each(Object.keys(faultCodes))('%s is used somewhere', (code) => {
    expect(used.includes(`'${code}'`)).toBe(true)
  })
})

describe('the examples of docs/faults.md', () => {
  const blocks = fencedBlocks(ofFaults)
  const examples = blocks.flatMap((block, at): [string, FencedBlock, FencedBlock | undefined][] =>
    block.language === 'json' ? [[block.heading, block, blocks[at + 1]]] : [],
  )

  it('are there for every code of definitions', () => {
    const ofDefinitions = ofFaults.split('\n## Files and configuration\n')[0] ?? ''
    expect(examples.map(([code]) => code)).toEqual([...described(ofDefinitions).keys()])
  })

  it.each(examples)('%s is printed as the house prints it', (code, example, printed) => {
    const selection = code === 'UNKNOWN_TARGET' ? { targets: ['3006'] } : { all: true }
    const planned = definePlan({ files: [{ file: 'objects.json', text: example.text }], selection })
    const faults = planned.ok ? planned.value.warnings : planned.reason
    expect(faults.map((fault) => fault.code)).toContain(code)
    // A target that is not there stands in no file.
    const lines = faultLines(faults, (_style, text) => text).map((line) => line.replace(/^:1:1: /, ''))
    expect(`${lines.join('\n')}\n`).toBe(printed?.text)
  })
})
