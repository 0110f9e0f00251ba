// The objects of a run, from all pages of the API.

import type { ObjectResource } from '../shared/api/object-resource.ts'
import { Fault } from '../shared/base/fault.ts'
import type { ApiClient } from './client/api-client.ts'
import type { ProgressObject } from './progress/run-progress.ts'

export interface FoundObjects {
  /** In the order of the plan; maybe the first of more. */
  readonly objects: readonly ObjectResource[]
  readonly total: number
}

const mostAPage = 10_000

/** The objects that went on without something, at most `most`. Rejects as `ApiClient.listObjects`. */
export function degradedObjects(client: ApiClient, runId: string, most: number): Promise<FoundObjects> {
  return objectsOf(client, runId, { degraded: 'true' }, most)
}

/** The objects that are failed now, at most `most`. Rejects as `ApiClient.listObjects`. */
export function failedObjects(client: ApiClient, runId: string, most: number): Promise<FoundObjects> {
  return objectsOf(client, runId, { state: 'failed' }, most)
}

/** The objects that wait for their next attempt, at most `most`. Rejects as `ApiClient.listObjects`. */
export function retryingObjects(client: ApiClient, runId: string, most: number): Promise<FoundObjects> {
  return objectsOf(client, runId, { retrying: 'true' }, most)
}

/** What the objects are called, for who follows the run; nothing where it cannot be told: ids are enough to go on. */
export async function namedObjects(client: ApiClient, runId: string): Promise<readonly ProgressObject[]> {
  try {
    const { objects } = await objectsOf(client, runId, {}, Number.POSITIVE_INFINITY)
    return objects.map(({ object_id: id, name, layer }) => ({ id, name: name ?? undefined, layer }))
  } catch (error) {
    if (error instanceof Fault) return []
    throw error
  }
}

async function objectsOf(
  client: ApiClient,
  runId: string,
  wish: { readonly degraded?: 'true'; readonly state?: string; readonly retrying?: 'true' },
  most: number,
): Promise<FoundObjects> {
  const objects: ObjectResource[] = []
  let after = {}
  for (;;) {
    const limit = Math.min(mostAPage, most - objects.length)
    const page = await client.listObjects(runId, { ...wish, ...after, limit })
    objects.push(...page.objects)
    if (page.next_after === null || objects.length >= most) return { objects, total: page.total }
    after = { after: page.next_after }
  }
}
