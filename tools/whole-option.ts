// Whole numbers as values of options.

import { InvalidArgumentError } from 'commander'

/** Takes whole numbers within the bounds; anything else is wrong usage. */
export function wholeFrom(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= most) return value
    throw new InvalidArgumentError(`It takes a whole number from ${least} to ${most}.`)
  }
}
