// A record of the journal without what doctor does not look at: a house of a year fits into memory.

import { isJsonObject, type Json, type JsonObject } from '../../../shared/base/json.ts'

/** What a fold of the journal needs to know the chains of commits, which have ended, and which plans are whole. */
export function slimRecord(record: JsonObject): string {
  if (typeof record.chunk === 'string') return JSON.stringify({ ...record, chunk: '' })
  if (!Array.isArray(record.facts)) return JSON.stringify(record)
  const last = record.facts.length - 1
  const facts = record.facts.flatMap((fact, index) => slimFact(fact, index === last))
  return JSON.stringify({ ...record, facts })
}

function slimFact(fact: Json, isLast: boolean): readonly Json[] {
  if (!isJsonObject(fact)) return []
  if (fact.type === 'run-opened') return [{ type: 'run-opened', plan: fact.plan ?? null }]
  return isLast ? [{ type: fact.type ?? null }] : []
}
