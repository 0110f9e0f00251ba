// The identity of a plan: a hash of its content that no order of files, entries or keys can change.

import { createHash } from 'node:crypto'
import type { Json } from '../../../shared/base/json.ts'
import { CanonicalStream, canonicalJson } from './canonical-json.ts'
import type { Links, PlanObject } from './plan.ts'

/** Changes whenever the same content would be hashed differently. */
const version = 'millefeuille/plan@1'

/**
 * SHA-256 in hexadecimal over each object in plan order (what was read from its definition, and the
 * definition with sorted keys), its parents' places in ascending order, and the targets; then, where there are any,
 * the policies of objects and links.
 */
export function planHash(objects: readonly PlanObject[], parents: Links, targets: readonly string[]): string {
  const hash = createHash('sha256').update(version)
  const stream = new CanonicalStream((text) => hash.update(text))
  for (const object of objects) {
    const { id, layer, level, name = null, criticality, frequency = null, lastRunAtMs = null } = object
    stream.add([id, layer, level, name, criticality, frequency, lastRunAtMs], object.definition)
  }
  stream.flush()
  hash.update(bytesOf(parents.offsets)).update(bytesOf(parents.targets))
  hash.update(JSON.stringify(targets))
  const policies = policiesOf(objects)
  if (policies.length > 0) hash.update(canonicalJson(policies))
  return hash.digest('hex')
}

/** What was read of policies, with the place of its object; links in the order of the parents they were given in. */
function policiesOf(objects: readonly PlanObject[]): readonly Json[] {
  const policies: Json[] = []
  for (let index = 0; index < objects.length; index++) {
    const { policy, links } = objects[index] as PlanObject
    if (policy === undefined && links === undefined) continue
    policies.push([index, { ...policy }, Array.from(links ?? [], ([parent, link]) => [parent, { ...link }])])
  }
  return policies
}

/** Little-endian, as on every machine that Node 24 is built for but s390x, where plans would hash differently. */
function bytesOf(numbers: Uint32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
}
