// Where a run is found.

/** The path of a run's resource, with the id escaped. */
export function runPath(runId: string): string {
  return `/api/v1/runs/${encodeURIComponent(runId)}`
}
