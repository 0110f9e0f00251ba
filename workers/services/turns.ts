// What waits, by whose it is: everybody has a turn after the other, and within one's own it is first come first served.

interface Line<Item> {
  readonly items: Item[]
  /** How many of `items` are gone already: taking one off the front of a long list would move all others. */
  taken: number
}

/** One owner with a thousand items delays the only item of another by one turn and not by a thousand. */
export class Turns<Item> {
  /** In the order of the turns: the first is next. */
  readonly #lines = new Map<string, Line<Item>>()
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Behind what the owner has here already; an owner who had nothing has the last turn. */
  push(owner: string, item: Item): void {
    const line = this.#lines.get(owner)
    if (line === undefined) this.#lines.set(owner, { items: [item], taken: 0 })
    else line.items.push(item)
    this.#size++
  }

  /** The next item, or undefined when nothing waits; its owner's next turn comes after everybody else's. */
  shift(): Item | undefined {
    for (const [owner, line] of this.#lines) {
      const item = line.items[line.taken++]
      this.#size--
      this.#lines.delete(owner)
      if (line.taken < line.items.length) this.#lines.set(owner, line)
      return item
    }
    return undefined
  }

  /** Takes everything out, in the order in which it would have come. */
  clear(): readonly Item[] {
    const items: Item[] = []
    for (let item = this.shift(); item !== undefined; item = this.shift()) items.push(item)
    return items
  }
}
