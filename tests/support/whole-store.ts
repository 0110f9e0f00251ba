// A store that never loses anything, for tests of what stands on the restorer.

export const wholeStore = {
  ensureWhole: async (): Promise<void> => {},
  whole: <Seen>(look: () => Promise<Seen>): Promise<Seen> => look(),
  restore: async (): Promise<boolean> => false,
  restorePlan: async (): Promise<undefined> => undefined,
}
