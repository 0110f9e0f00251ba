// Texts as the world sends them, for properties: whole ones, broken ones, and such as nobody would write.

import fc from 'fast-check'

/** The same examples at every run; TEST_SEED takes others. The seed stands in the message of a property that fails. */
export const seed = Number(process.env.TEST_SEED ?? 20_261_125)

const brackets = (open: string, close: string) =>
  fc.constantFrom(2, 70, 3_000, 20_000).map((depth) => open.repeat(depth) + close.repeat(depth))

/** JSON of any value: also numbers without end, keys that objects have by nature, and nested thousands deep. */
export const valueTexts: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.json({ maxDepth: 2 }) },
  { weight: 2, arbitrary: fc.oneof(fc.integer(), fc.double()).map((value) => JSON.stringify(value)) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary' }).map((value) => JSON.stringify(value)) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '1e999',
      '-0',
      '1e-400',
      '9007199254740993',
      '{"__proto__":1}',
      '{"toString":1}',
      '""',
    ),
  },
  { weight: 2, arbitrary: fc.oneof(brackets('[', ']'), brackets('{"a":', '}').map(closed)) },
)

/** The innermost of nested objects needs a value. */
function closed(text: string): string {
  return text.replace(':}', ':0}')
}

/** JSON objects with some of these fields, each of any value; fields that stand in `likely` have one of those now and then. */
export function objectTexts(
  names: readonly string[],
  likely: Readonly<Record<string, readonly string[]>> = {},
): fc.Arbitrary<string> {
  const field = fc.constantFrom(...names, ...Object.keys(likely), 'other', '__proto__').chain((name) => {
    const usual = Object.hasOwn(likely, name) ? (likely[name] ?? []) : []
    const value = usual.length === 0 ? valueTexts : fc.oneof(valueTexts, fc.constantFrom(...usual))
    return value.map((text) => `${JSON.stringify(name)}:${text}`)
  })
  const usual = Object.entries(likely).map(([name, [text = 'null']]) => `${JSON.stringify(name)}:${text}`)
  // The later of two fields of one name counts.
  return fc.array(field, { maxLength: 8 }).map((fields) => `{${[...usual, ...fields].join(',')}}`)
}

/** Texts made of `given` by cutting, doubling and exchanging pieces, and texts that have nothing to do with it. */
export function wild(given: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const broken = fc
    .tuple(
      given,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(4),
      fc.string({ maxLength: 3, unit: 'binary' }),
    )
    .map(([text, part, length, piece]) => {
      const at = Math.floor(part * text.length)
      return text.slice(0, at) + piece + text.slice(at + length)
    })
  const foreign = fc.oneof(fc.string({ unit: 'binary' }), valueTexts)
  return fc.oneof(
    { weight: 4, arbitrary: given },
    { weight: 2, arbitrary: broken },
    { weight: 1, arbitrary: foreign },
  )
}
