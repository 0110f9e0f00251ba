// Who sits at this command line, for those who look later at what was done by hand.

import { userInfo } from 'node:os'

/** A name that the operating system has for the user; processes without one are nobody in particular. */
export function userName(): string {
  try {
    return userInfo().username
  } catch {
    return 'command line'
  }
}
