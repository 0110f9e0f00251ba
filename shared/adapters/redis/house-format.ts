// The version of everything that the house keeps in Redis, as one key: who finds a newer one touches nothing.

import { refuseNewer } from '../../base/format-version.ts'
import { type RedisClient, replied } from './connection.ts'

/** Of all keys under the prefix together: runs, plans, loads, attempts. What was written before there was a key is of the first. */
const houseFormat = 1

/** Writes the version where there is none. Rejects with FORMAT_NEWER, and then nothing may be read or written. */
export async function guardFormat(client: RedisClient, prefix: string): Promise<void> {
  await replied(client.set(keyOf(prefix), houseFormat, 'NX'))
  await checkFormat(client, prefix)
}

/** Only looks. Rejects with FORMAT_NEWER. */
export async function checkFormat(client: RedisClient, prefix: string): Promise<void> {
  const found = await replied(client.get(keyOf(prefix)))
  refuseNewer(`what Redis keeps under ${prefix}`, Number(found ?? 1), houseFormat)
}

function keyOf(prefix: string): string {
  return `${prefix}format`
}
