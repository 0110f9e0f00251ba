// Splits what belongs to many runs into calls about one run each: the keys of a script share a hash tag.

import { assert } from '../../base/assert.ts'

export interface RunChunk<Item> {
  readonly runId: string
  readonly items: Item[]
  /** Where each item stood in the list. */
  readonly places: number[]
}

/** At most `most` items in a chunk. */
export function chunksPerRun<Item extends { readonly runId: string }>(
  items: readonly Item[],
  most: number,
): readonly RunChunk<Item>[] {
  const chunks: RunChunk<Item>[] = []
  const open = new Map<string, RunChunk<Item>>()
  for (const [place, item] of items.entries()) {
    let chunk = open.get(item.runId)
    if (chunk === undefined || chunk.items.length === most) {
      chunk = { runId: item.runId, items: [], places: [] }
      open.set(item.runId, chunk)
      chunks.push(chunk)
    }
    chunk.items.push(item)
    chunk.places.push(place)
  }
  return chunks
}

/** One call per chunk, all on their way at once; the replies, one per item, in the order of `items`. */
export async function repliesPerRun<Item extends { readonly runId: string }>(
  items: readonly Item[],
  most: number,
  call: (runId: string, part: readonly Item[]) => Promise<unknown>,
): Promise<readonly unknown[]> {
  const replies = new Array<unknown>(items.length)
  const chunks = chunksPerRun(items, most).map(async ({ runId, items: part, places }) => {
    const reply = await call(runId, part)
    assert(Array.isArray(reply) && reply.length === part.length, 'a script answers for each item')
    for (const [index, place] of places.entries()) replies[place] = reply[index]
  })
  await Promise.all(chunks)
  return replies
}
