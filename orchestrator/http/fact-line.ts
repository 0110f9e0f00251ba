// A fact as the feed, NDJSON and `run --json` print it.

import type { FactLine } from '../../shared/api/run-resource.ts'
import type { FeedItem } from '../services/run-feed.ts'

/** The fact's own fields behind its type, its instant and its run. */
export function factLine(runId: string, { atMs, fact }: Pick<FeedItem, 'atMs' | 'fact'>): FactLine {
  const { type, ...fields } = fact
  return { type, at_ms: atMs, run_id: runId, ...(fields as Partial<FactLine>) }
}
