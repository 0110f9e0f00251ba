// The entries as objects: identity, layer and fields of each, before links are looked at.

import type { Json, JsonObject } from '../../../shared/base/json.ts'
import { isJsonObject } from '../../../shared/base/json.ts'
import type { Layer } from '../../../shared/base/layer.ts'
import { zoneLabelOf } from '../../../shared/base/layer.ts'
import { objectIdOf } from '../../../shared/base/object-id.ts'
import { canonicalJson } from './canonical-json.ts'
import type { DataObject } from './data-object.ts'
import type { EntryFault } from './definition-fault.ts'
import * as fields from './definition-fields.ts'
import { oversize } from './definition-size.ts'
import { type Definitions, nameOf } from './definition-source.ts'
import { IdIndex } from './id-index.ts'
import type { LinkPolicy } from './link-policy.ts'
import type { ObjectPolicy } from './object-policy.ts'
import { readPolicy } from './policy-fields.ts'

/** A PlanObject in the making: its parents, links and level are filled in once they are known. */
export interface EntryObject extends DataObject {
  parents: readonly string[]
  policy?: ObjectPolicy
  links?: ReadonlyMap<string, LinkPolicy>
  level: number
}

export interface EntryTable {
  /** Active objects, each id once, in the order of the entries. */
  readonly objects: EntryObject[]
  /** The entry of each of them. */
  readonly entryOf: number[]
  /** 1 where the layer could not be told and the one in the object is only a filler. */
  readonly isLayerUnknown: Uint8Array
  /** The number of the object with an identity, or `inactiveObject`. */
  readonly byId: IdIndex
  /** The same by the `id` field where that is not the identity; `several` where it names more than one. */
  readonly byIdField: ReadonlyMap<string, number | 'several'>
  readonly inactive: string[]
}

export const inactiveObject = -1
const noParents: readonly string[] = Object.freeze([])

/** Reads every entry; what is wrong goes to `report`, and the object is kept as far as it can be understood. */
export function readEntries(definitions: Definitions, report: (fault: EntryFault) => void): EntryTable {
  const reader = new EntryReader(definitions.entries, report)
  for (const source of definitions.sources) {
    const { values, firstEntry } = source
    for (let index = 0; index < values.length; index++) reader.read(firstEntry + index, values[index] as Json)
  }
  return reader.table
}

class EntryReader {
  readonly #objects: EntryObject[] = []
  readonly #entryOf: number[] = []
  readonly #isLayerUnknown: Uint8Array
  readonly #byId: IdIndex
  readonly #byIdField = new Map<string, number | 'several'>()
  readonly #inactive: string[] = []
  readonly #inactiveEntries = new Map<string, { entry: number; definition: JsonObject }>()
  readonly #report: (fault: EntryFault) => void
  #entry = 0
  #definition: JsonObject = {}

  constructor(entries: number, report: (fault: EntryFault) => void) {
    this.#isLayerUnknown = new Uint8Array(entries)
    this.#byId = new IdIndex(entries)
    this.#report = report
  }

  get table(): EntryTable {
    return {
      objects: this.#objects,
      entryOf: this.#entryOf,
      isLayerUnknown: this.#isLayerUnknown,
      byId: this.#byId,
      byIdField: this.#byIdField,
      inactive: this.#inactive,
    }
  }

  readonly #complain: fields.Complain = ({ field, at = [], severity = 'error', code, message, hint }) => {
    const path = field === undefined ? [] : [...fields.fieldPath(this.#definition, field), ...at]
    this.#report({ code, severity, entry: this.#entry, path, message, hint })
  }

  read(entry: number, value: Json): void {
    this.#entry = entry
    if (!isJsonObject(value)) {
      this.#definition = {}
      const hint = 'each entry of the list is an object: { "IdObjet": 2001, … }'
      return this.#complain({
        code: 'BAD_TYPE',
        field: undefined,
        message: `the entry is ${nameOf(value)}`,
        hint,
      })
    }
    this.#definition = value
    const tooMuch = oversize(value)
    if (tooMuch !== undefined) return this.#complain({ ...tooMuch, field: undefined })
    const id = fields.readIdentity(value, this.#complain)
    if (id !== undefined) this.#keep(id, value)
  }

  #keep(id: string, definition: JsonObject): void {
    const isActive = fields.isActive(definition)
    const number = isActive ? this.#objects.length : inactiveObject
    const before = this.#byId.add(id, number)
    if (before !== undefined) return this.#repeat(id, before)
    const { IdObjet, id: idField } = definition
    if (IdObjet !== undefined && idField !== undefined) this.#keepIdField(id, objectIdOf(idField), number)
    if (!isActive) return this.#leaveOut(id, definition)
    const layer = fields.readLayer(definition, id, this.#complain)
    if (layer === undefined) this.#isLayerUnknown[number] = 1
    const object = this.#objectOf(id, layer ?? 1000, definition)
    const policy = readPolicy(definition, this.#complain)
    if (policy !== undefined) object.policy = policy
    this.#objects.push(object)
    this.#entryOf.push(this.#entry)
  }

  #objectOf(id: string, layer: Layer, definition: JsonObject): EntryObject {
    return {
      id,
      layer,
      zone: zoneLabelOf(layer),
      name: fields.readName(definition),
      parents: noParents,
      criticality: fields.readCriticality(definition, this.#complain),
      frequency: fields.readFrequency(definition, this.#complain),
      lastRunAtMs: fields.readLastRunAtMs(definition, this.#complain),
      definition,
      level: 0,
    }
  }

  #keepIdField(id: string, other: string | undefined, number: number): void {
    if (other === undefined || other === id) return
    this.#byIdField.set(other, this.#byIdField.has(other) ? 'several' : number)
  }

  #leaveOut(id: string, definition: JsonObject): void {
    this.#inactive.push(id)
    this.#inactiveEntries.set(id, { entry: this.#entry, definition })
    const state = fields.printed(definition.EtatObjet ?? definition.state ?? null)
    const message = `${id} is left out: its state is ${state}`
    const hint = 'set EtatObjet to "actif" to have it processed'
    this.#complain({ code: 'INACTIVE_OBJECT', severity: 'warning', field: 'state', message, hint })
  }

  /** `number`: that of the object which has the id already. */
  #repeat(id: string, number: number): void {
    const first = this.#inactiveEntries.get(id)
    const other = first?.entry ?? (this.#entryOf[number] as number)
    const definition = first?.definition ?? (this.#objects[number] as EntryObject).definition
    const isSame = contentOf(definition) === contentOf(this.#definition)
    this.#report({
      code: 'DUPLICATE_ID',
      severity: isSame ? 'warning' : 'error',
      entry: this.#entry,
      path: fields.fieldPath(this.#definition, 'identity'),
      message: `${id} is already defined at {other}${isSame ? ', with the same content' : ', with different content'}`,
      hint: isSame ? 'remove one of the two' : 'remove one of the two, or give one of them an id of its own',
      other,
    })
  }
}

/** What an object says, with 1001 and "1001" as the same identity. */
function contentOf(definition: JsonObject): string {
  const identities = ['IdObjet', 'id'].flatMap((field) => {
    const id = objectIdOf(definition[field])
    return id === undefined ? [] : [[field, id] as const]
  })
  return canonicalJson({ ...definition, ...Object.fromEntries(identities) })
}
