// What the schemas of requests and of answers are made of alike.

export const instant = {
  type: 'string',
  format: 'date-time',
  description: 'an instant like 2026-11-21T07:00:00Z',
}

/** An object with no other fields than these. */
export const record = (properties: Record<string, unknown>, required: readonly string[] = []) => ({
  type: 'object',
  additionalProperties: false,
  properties,
  ...(required.length === 0 ? {} : { required }),
})
