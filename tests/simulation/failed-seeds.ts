// Seeds that once broke a promise, and what it was: they are told again at every test run, for good.

export const failedSeeds: readonly number[] = [
  // The mark of an ended run went back with the store, and a replica that knew better never said so again.
  2042,
  // A plan was lost between its saving and the opening of its run: every answer went to the DLQ topic.
  2262,
  // Somebody was told that a run exists whose opening was not published yet, and then it was lost.
  5786,
  // Two restored the same run, and the one who did not know that he was dead closed the branch of the other.
  589,
  // A run that ended while it was being restored was held for ever.
  2140,
  // The store was emptied between the look whether it is whole and the look for a run: answers went to the DLQ topic.
  3731,
  // The checker took a load for none that was made in an attempt which the store had lost.
  12_687,
]
