// From what definitions name as parents to links between objects.

import type { EntryFault } from './definition-fault.ts'
import { type Complaint, chosen, fieldPath } from './definition-fields.ts'
import type { DefinitionFile } from './definition-source.ts'
import { type EntryObject, type EntryTable, inactiveObject } from './entry-table.ts'
import { isSameLink, type LinkPolicy } from './link-policy.ts'
import { LinkBuilder } from './links.ts'
import { type Meaning, type ParentReader, readParents } from './parent-names.ts'
import type { Links } from './plan.ts'
import { type Suggester, suggester } from './suggestion.ts'

/** Links every object to its parents, each once in the order given, and fills in `parents`. */
export function linkEntries(
  table: EntryTable,
  unread: readonly DefinitionFile[],
  missingParents: 'fail' | 'ignore',
  report: (fault: EntryFault) => void,
): Links {
  const linker = new Linker(table, unread, missingParents, report)
  for (let number = 0; number < table.objects.length; number++) linker.link(number)
  return linker.finish()
}

class Linker implements ParentReader {
  readonly #table: EntryTable
  readonly #unread: readonly DefinitionFile[]
  readonly #missingParents: 'fail' | 'ignore'
  readonly #report: (fault: EntryFault) => void
  readonly #links: LinkBuilder
  /** One more than the object that last took this one as its parent. */
  readonly #takenBy: Uint32Array
  /** Layer and id of each object once more: parents are looked up in no order, and this is nearer than the object. */
  readonly #layers: Uint16Array
  readonly #ids: readonly string[]
  element: number | undefined
  member: string | undefined
  policy: LinkPolicy | undefined
  #suggester: Suggester | undefined
  #number = 0
  readonly #parents: number[] = []
  /** Of the parents, those that are not simply required. */
  readonly #policies = new Map<number, LinkPolicy>()

  constructor(
    table: EntryTable,
    unread: readonly DefinitionFile[],
    missingParents: 'fail' | 'ignore',
    report: (fault: EntryFault) => void,
  ) {
    this.#table = table
    this.#unread = unread
    this.#missingParents = missingParents
    this.#report = report
    this.#links = new LinkBuilder(table.objects.length)
    this.#takenBy = new Uint32Array(table.objects.length)
    this.#layers = Uint16Array.from(table.objects, ({ layer }) => layer)
    this.#ids = table.objects.map(({ id }) => id)
  }

  meaningOf(word: string): Meaning {
    return this.#table.byId.get(word) ?? this.#table.byIdField.get(word)
  }

  meaningOfNumber(number: number): Meaning {
    const object = this.#table.byId.getNumber(number)
    return object !== undefined || this.#table.byIdField.size === 0
      ? object
      : this.#table.byIdField.get(String(number))
  }

  finish(): Links {
    return this.#links.finish()
  }

  link(number: number): void {
    this.#number = number
    this.element = undefined
    const object = this.#table.objects[number] as EntryObject
    const { IdObjet_Parent: french, parents: english } = object.definition
    const given = english === undefined ? french : chosen(french, english, 'parents', this.complain)
    if (given !== undefined && given !== null) {
      this.#parents.length = 0
      readParents(given, this)
      this.#fill(object)
    }
    this.#links.closeObject()
  }

  #fill(object: EntryObject): void {
    if (this.#parents.length === 0) return
    const ids: string[] = new Array(this.#parents.length)
    for (let at = 0; at < ids.length; at++) {
      const parent = this.#parents[at] as number
      this.#links.add(parent)
      ids[at] = this.#ids[parent] as string
    }
    object.parents = ids
    if (this.#policies.size > 0) this.#fillPolicies(object)
  }

  #fillPolicies(object: EntryObject): void {
    const links = Array.from(
      this.#policies,
      ([parent, policy]) => [this.#ids[parent] as string, policy] as const,
    )
    object.links = new Map(links)
    this.#policies.clear()
  }

  found(parent: number, word: string | number): void {
    if (parent === inactiveObject) return this.complain(inactiveParent(this.#object.id, word))
    if (parent === this.#number) return this.complain(selfParent(this.#object.id))
    if (this.#takenBy[parent] === this.#number + 1) return this.#repeat(parent, word)
    const isAbove = (this.#layers[parent] as number) > (this.#layers[this.#number] as number)
    if (isAbove && !this.#isLayerUnknown(parent)) {
      return this.complain(parentAbove(this.#object, this.#table.objects[parent] as EntryObject))
    }
    this.#takenBy[parent] = this.#number + 1
    this.#parents.push(parent)
    if (this.policy !== undefined) this.#policies.set(parent, this.policy)
  }

  #repeat(parent: number, word: string | number): void {
    const isSame = isSameLink(this.#policies.get(parent), this.policy)
    this.complain(isSame ? repeatedParent(word) : contradictoryParent(word))
  }

  get #object(): EntryObject {
    return this.#table.objects[this.#number] as EntryObject
  }

  #isLayerUnknown(parent: number): boolean {
    const { isLayerUnknown } = this.#table
    return isLayerUnknown[parent] === 1 || isLayerUnknown[this.#number] === 1
  }

  unknown(word: string): void {
    const file = this.#unread.find(({ text }) => text.includes(word))
    if (file !== undefined) return
    const isIgnored = this.#missingParents === 'ignore'
    const near = this.#nearest(word)
    const advice = near === undefined ? 'define it, or remove it here' : `did you mean ${near}?`
    this.complain({
      code: 'UNKNOWN_PARENT',
      severity: isIgnored ? 'warning' : 'error',
      field: 'parents',
      message: `no object is ${word}${isIgnored ? '; it is treated as satisfied' : ''}`,
      hint: advice,
    })
  }

  #nearest(word: string): string | undefined {
    this.#suggester ??= suggester([...this.#table.byId.keys()], () => namesOf(this.#table))
    const near = this.#suggester.nearest(word) ?? this.#suggester.nearest(/\d+/.exec(word)?.[0] ?? word)
    const name = this.#table.objects[this.#table.byId.get(near ?? '') ?? -1]?.name
    return near === undefined || name === undefined ? near : `${near} (${name})`
  }

  complain = ({ field, at = [], severity = 'error', code, message, hint }: Complaint): void => {
    const fields = field === undefined ? [] : fieldPath(this.#object.definition, field)
    const inside = [this.element, this.member].filter((step) => step !== undefined)
    const path = [...fields, ...inside, ...at]
    this.#report({ code, severity, entry: this.#table.entryOf[this.#number] as number, path, message, hint })
  }
}

function* namesOf(table: EntryTable): Iterable<readonly [string, string]> {
  for (const { id, name } of table.objects) if (name !== undefined) yield [name, id]
}

function inactiveParent(id: string, word: string | number): Complaint {
  const message = `${id} needs ${word}, which is left out because of its state`
  const hint = `set the state of ${word} to "actif", or remove it from the parents`
  return { code: 'INACTIVE_PARENT', field: 'parents', message, hint }
}

function selfParent(id: string): Complaint {
  const hint = `remove ${id} from its own parents`
  return { code: 'SELF_PARENT', field: 'parents', message: `${id} is its own parent`, hint }
}

function repeatedParent(word: string | number): Complaint {
  const message = `${word} is named more than once`
  const hint = 'name each parent once; it counts once'
  return { code: 'REPEATED_PARENT', severity: 'warning', field: 'parents', message, hint }
}

function contradictoryParent(word: string | number): Complaint {
  const message = `${word} is named more than once, with different policies`
  return { code: 'BAD_POLICY', field: 'parents', message, hint: 'name each parent once' }
}

function parentAbove(object: EntryObject, parent: EntryObject): Complaint {
  const message = `${object.id} (${object.zone}) needs ${parent.id} of the higher layer ${parent.zone}`
  const hint =
    'data flows from 1-Raw over 2-Standardized to 3-Application: turn the link round, or correct a layer'
  return { code: 'PARENT_ABOVE', field: 'parents', message, hint }
}
