// Seeds that once broke a promise, and what it was: they are told again at every test run, for good.

export const failedSeeds: readonly number[] = [
  // A cancel that came while the run was being opened was settled, and the run went on.
  559, 669, 2222,
  // An orchestrator that was stopped while it started joined the group afterwards and held on to its answers.
  671, 1731, 2115,
]
