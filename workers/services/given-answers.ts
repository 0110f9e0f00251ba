// What this process has answered lately: for the ledger that may have lost it.

import type { Work } from './work.ts'

/** An answer that is heard is not asked for again; one that is not, soon after the store is whole. */
const mostAnswers = 50_000
/** Of all answers together, in UTF-16 units: one may have 64 KiB. */
const mostText = 16 * 1_024 * 1_024

interface GivenAnswer {
  readonly answer: string
  readonly announcedAt: string
}

/** The oldest are forgotten first. Costs nothing but memory: the ledger decides, wherever it knows of the attempt. */
export class GivenAnswers {
  readonly #given = new Map<string, GivenAnswer>()
  #text = 0

  /** To be told the answer that stands. */
  remember({ name, announcedAt }: Work, answer: string): void {
    this.#forget(name)
    this.#given.set(name, { answer, announcedAt })
    this.#text += answer.length
    for (const oldest of this.#given.keys()) {
      if (this.#given.size <= mostAnswers && this.#text <= mostText) return
      this.#forget(oldest)
    }
  }

  /**
   * The answer to this very announcement. One that is made at another time is another one, although it has the same
   * names: a run of the same id may have been opened anew where the journal was thrown away too.
   */
  of({ name, announcedAt }: Work): string | undefined {
    const given = this.#given.get(name)
    return given?.announcedAt === announcedAt ? given.answer : undefined
  }

  #forget(name: string): void {
    this.#text -= this.#given.get(name)?.answer.length ?? 0
    this.#given.delete(name)
  }
}
