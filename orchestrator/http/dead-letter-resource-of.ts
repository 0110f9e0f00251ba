// A dead letter as the API shows it.

import type {
  DeadLetterDetail,
  DeadLetterList,
  DeadLetterResource,
  ResolvedResource,
} from '../../shared/api/dead-letter-resource.ts'
import type {
  DeadLetterEntry,
  DeadLetterDetail as LetterDetail,
  LetterResolved,
} from '../core/dlq/dead-letter-entry.ts'

export function deadLetterResourceOf(entry: DeadLetterEntry): DeadLetterResource {
  const { id, kind, state, category, code, message, attempts } = entry
  const { runId = null, objectId = null, zone = null, tenant = null, workflow = null, source = null } = entry
  const { resolved, retryOf = null, retriedAs = null } = entry
  return {
    ...{ id, kind, state, category, code, message, attempts },
    first_at: instant(entry.firstAtMs),
    last_at: instant(entry.lastAtMs),
    ...{ run_id: runId, object_id: objectId, zone, tenant, workflow, source },
    ...{ retry_of: retryOf, retried_as: retriedAs },
    resolved: resolved === undefined ? null : resolvedOf(resolved),
    resolved_before: entry.resolvedBefore.map(({ state, resolved }) => ({ state, ...resolvedOf(resolved) })),
  }
}

function resolvedOf({ by, reason, atMs, rerun }: LetterResolved): ResolvedResource {
  return { by, reason: reason ?? null, at: new Date(atMs).toISOString(), rerun: rerun ?? null }
}

export function deadLetterDetailOf(entry: LetterDetail): DeadLetterDetail {
  return { ...deadLetterResourceOf(entry), stack: entry.stack ?? null, event: entry.event }
}

export function deadLetterListOf(found: readonly DeadLetterEntry[], limit: number): DeadLetterList {
  return {
    entries: found.slice(0, limit).map(deadLetterResourceOf),
    total: found.length,
    groups: groupsOf(found),
  }
}

function groupsOf(found: readonly DeadLetterEntry[]): DeadLetterList['groups'] {
  const groups = new Map<string, { code: string; zone: string | null; count: number }>()
  for (const { code, zone = null } of found) {
    const name = `${code} ${zone}`
    const group = groups.get(name) ?? { code, zone, count: 0 }
    group.count++
    groups.set(name, group)
  }
  return [...groups.values()].sort((a, b) => b.count - a.count)
}

function instant(atMs: number | undefined): string | null {
  return atMs === undefined ? null : new Date(atMs).toISOString()
}
