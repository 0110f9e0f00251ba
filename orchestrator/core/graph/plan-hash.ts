// The identity of a plan: a hash of its content that no order of files, entries or keys can change.

import { createHash } from 'node:crypto'
import { CanonicalPrinter } from './canonical-json.ts'
import type { Links, PlanObject } from './plan.ts'

/** Changes whenever the same content would be hashed differently. */
const version = 'millefeuille/plan@1'
const batchLength = 1 << 16

/**
 * SHA-256 in hexadecimal over each object in plan order (what was read from its definition, and the
 * definition with sorted keys), its parents' places in ascending order, and the targets.
 */
export function planHash(objects: readonly PlanObject[], parents: Links, targets: readonly string[]): string {
  const hash = createHash('sha256').update(version)
  const printer = new CanonicalPrinter()
  let batch = ''
  for (const object of objects) {
    const { id, layer, criticality, frequency, lastRunAtMs, definition } = object
    batch += `\n${id.length} ${id} ${layer} ${criticality} ${frequency ?? ''} ${lastRunAtMs ?? ''} ${printer.print(definition)}`
    if (batch.length > batchLength) {
      hash.update(batch)
      batch = ''
    }
  }
  hash.update(`${batch}\n`).update(bytesOf(parents.offsets)).update(bytesOf(parents.targets))
  return hash.update(targets.map((id) => `\n${id.length} ${id}`).join('')).digest('hex')
}

/** Little-endian, as on every machine that Node 24 is built for but s390x, where plans would hash differently. */
function bytesOf(numbers: Uint32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
}
