// Instants as people read them.

/** RFC 3339 in UTC, without a fraction where there is none: `2026-11-21T05:00:00Z`. */
export function instantInWords(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.000Z$/, 'Z')
}
