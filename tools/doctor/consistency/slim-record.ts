// A record of the journal without what doctor does not look at: a house of a year fits into memory.

import { isJsonObject, type Json, type JsonObject } from '../../../shared/base/json.ts'

/** What a fold of the journal needs to know the chains of commits, which have ended, and which plans are whole. */
export function slimRecord(record: JsonObject): string {
  if (typeof record.chunk === 'string') return JSON.stringify({ ...record, chunk: '' })
  if (!Array.isArray(record.facts)) return JSON.stringify(record)
  return JSON.stringify({ ...record, facts: record.facts.flatMap(slimFact) })
}

function slimFact(fact: Json): readonly Json[] {
  if (!isJsonObject(fact)) return []
  const { type } = fact
  if (type === 'run-opened') return [{ type, plan: fact.plan ?? null }]
  return type === 'run-ended' || type === 'run-reopened' ? [{ type }] : []
}
