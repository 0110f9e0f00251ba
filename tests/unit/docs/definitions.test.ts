// docs/definitions.md shows definitions that work, and names every field of policies and links.

import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { orchestratorConfig } from '../../../orchestrator/config.ts'
import { definePlan } from '../../../orchestrator/core/graph/define-plan.ts'
import { runPolicyOf } from '../../../orchestrator/run-policy-of.ts'
import { fencedBlocks, readText, tableRows } from '../../support/markdown.ts'

const markdown = readText('docs/definitions.md')
const examples = fencedBlocks(markdown).filter(({ language }) => language === 'json')
const schema = JSON.parse(readText('docs/object-definition.schema.json'))
const isValid = new Ajv2020({ allowUnionTypes: true, strictRequired: false }).compile(schema)

const words = new Set(
  tableRows(markdown).flatMap((cells) =>
    cells.slice(0, 2).flatMap((cell) => [...cell.matchAll(/`([\w.-]+)`/g)].map((match) => match[1] ?? '')),
  ),
)

describe('docs/definitions.md', () => {
  it('has an example of each kind', () => expect(examples).toHaveLength(2))

  it.each(examples)('shows definitions that are planned without a warning, under "$heading"', ({ text }) => {
    const outcome = definePlan({ files: [{ file: 'objects.json', text }] })
    expect(outcome.ok ? outcome.value.warnings : outcome.reason).toEqual([])
    isValid(JSON.parse(text))
    expect(isValid.errors ?? []).toEqual([])
  })

  it('explains every field of a policy and of a link', () => {
    const { policy, link } = schema.$defs
    const { backoff, ...fields } = policy.properties
    const ofBackoff = Object.keys(backoff.properties).map((name) => `backoff.${name}`)
    const all = [...Object.keys(fields), ...ofBackoff, ...Object.keys(link.properties)]
    expect(all.filter((name) => !words.has(name))).toEqual([])
  })

  it('explains every policy of a link', () => {
    const named = schema.$defs.linkPolicy.enum.filter((name: unknown) => name !== null)
    expect(named.filter((name: string) => !words.has(name))).toEqual([])
  })

  it('shows policies of zones that are taken', () => {
    const text = /`(\{"ingestion".*?\})`,/.exec(markdown)?.[1] ?? ''
    const { zones } = runPolicyOf(orchestratorConfig({ ZONE_POLICIES: text }))
    expect(zones).toEqual({ ingestion: { max_retries: 5, attempt_timeout_ms: 600_000 } })
  })
})
