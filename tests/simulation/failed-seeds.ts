// Seeds that once broke a promise, and what it was: they are told again at every test run, for good.

export const failedSeeds: readonly number[] = []
