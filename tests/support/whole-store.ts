// A store that never loses anything, for tests of what stands on the restorer.

export const wholeStore = {
  ensureWhole: async (): Promise<void> => {},
  restore: async (): Promise<boolean> => false,
}
