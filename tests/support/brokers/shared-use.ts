// One thing used by several: opened for the first, closed when the last has given it back.

export interface SharedUse<Thing> {
  take(): Promise<Thing>
  giveBack(): Promise<void>
}

/** Every `take` gives the same thing until as many have called `giveBack`. */
export function sharedUse<Thing>(
  open: () => Promise<Thing>,
  close: (thing: Thing) => Promise<void>,
): SharedUse<Thing> {
  let users = 0
  let thing: Promise<Thing> | undefined
  return {
    take() {
      users++
      thing ??= open()
      return thing
    },
    async giveBack() {
      users--
      if (users > 0 || thing === undefined) return
      const last = thing
      thing = undefined
      await close(await last)
    },
  }
}
