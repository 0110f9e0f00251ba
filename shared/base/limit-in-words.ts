// Limits of time as people set them.

const units = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
] as const

/** `36 h`, `90 min`, `1.5 s`, `30 s`, `2 d`: exact, in the largest unit of which it is a whole number, else in seconds. */
export function limitInWords(ms: number): string {
  const fitting = units.find(([unitMs]) => ms > 0 && ms % unitMs === 0)
  return fitting === undefined ? `${ms / 1_000} s` : `${ms / fitting[0]} ${fitting[1]}`
}
