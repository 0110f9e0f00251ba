// One cell per set of label values, found without building anything once it exists.

import { assert } from '../../base/assert.ts'
import type { Labels } from '../../ports/meter.ts'

const noLabels: Labels = {}

/** Label values are joined with this to a key: it cannot be part of a sensible value. */
const separator = '\u0000'

/** Cells by label values; `create` is called once for each set of values. */
export class LabelledCells<Cell> {
  readonly #names: readonly string[]
  readonly #create: (labels: Labels) => Cell
  readonly #cells = new Map<string, { readonly labels: Labels; readonly cell: Cell }>()

  constructor(names: readonly string[], create: (labels: Labels) => Cell) {
    this.#names = names
    this.#create = create
  }

  /** The cell of these labels. They must be exactly the names this was made with. */
  of(labels: Labels = noLabels): Cell {
    const key = this.#keyOf(labels)
    return (this.#cells.get(key) ?? this.#add(key, labels)).cell
  }

  *entries(): Iterable<readonly [Labels, Cell]> {
    for (const { labels, cell } of this.#cells.values()) yield [labels, cell]
  }

  #keyOf(labels: Labels): string {
    let key = ''
    for (const name of this.#names) key += `${labels[name]}${separator}`
    return key
  }

  #add(key: string, labels: Labels) {
    const given = Object.keys(labels).sort().join()
    assert(given === [...this.#names].sort().join(), `labels [${given}] are not [${this.#names}]`)
    const added = { labels: { ...labels }, cell: this.#create(labels) }
    this.#cells.set(key, added)
    return added
  }
}
