// The name under which workers say in Redis that they are alive, and the orchestrator reads it.

/** Hash: `<zone>/<owner>` → what it says of itself. `prefix` begins it. */
export function liveWorkersKey(prefix: string): string {
  return `${prefix}workers`
}
