// Ids for commits: short, and of one decision each in the whole house.

import type { Random } from '../../shared/base/random.ts'

/** Twelve digits of base 36, some 2^62, drawn for each life of a replica: two lives never share theirs. */
export class CommitIds {
  readonly #life: string
  #count = 0

  constructor(random: Random) {
    this.#life = part(random) + part(random)
  }

  next(): string {
    return `${this.#life}.${(this.#count++).toString(36)}`
  }
}

function part(random: Random): string {
  return Math.floor(random() * 36 ** 6)
    .toString(36)
    .padStart(6, '0')
}
