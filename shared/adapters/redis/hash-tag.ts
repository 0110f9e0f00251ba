// Makes what Redis Cluster shares its slots out by of any text.

/** `text` as a hash tag. A tag ends at its first `}` and an empty one is none: neither may come from the text. */
export function hashTag(text: string): string {
  return text === '' ? '{%}' : `{${text.replace(/[%{}]/g, encodeURIComponent)}}`
}
