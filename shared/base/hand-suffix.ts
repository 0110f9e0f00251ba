// Who did something, and why, after the words for what was done.

/** As ` by ada: wrong prices`, ` by ada`, `: the reason`; empty when neither is known. */
export function handSuffix(hand: { readonly by?: unknown; readonly reason?: unknown } | undefined): string {
  const by = hand?.by ?? undefined
  const reason = hand?.reason ?? undefined
  return `${by === undefined ? '' : ` by ${by}`}${reason === undefined ? '' : `: ${reason}`}`
}
