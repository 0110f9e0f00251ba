// Takes secrets out of what is shown to people: log lines, error messages, answers.

export const redacted = '[redacted]'

const secretName =
  /passw|pwd|passphrase|token|secret|sasl|authorization|credential|cookie|api[-_]?key|private[-_]?key/i
/**
 * A URL's user and password, up to the host. The second alternative catches passwords with unescaped `/`, `?`
 * or `#`. Lengths are bounded so that no text can make the search slow.
 */
const userInfo =
  /([a-z][a-z0-9+.-]{0,20}:\/\/)(?:[^\s/?#"'<>]{0,1024}|[^\s/?#:@"'<>]{0,256}:(?!\d+[/?#])[^\s"'<>]{0,1024})@/gi
const secretParameter =
  /([?&;][^\s=&;?]{0,64}(?:token|secret|passw|pwd|api[-_]?key|signature)[^\s=&;?]{0,64}=)[^\s&;"'<>]+/gi
const authorization = /\b(Bearer|Basic)\s+[\w+/.~=-]{6,}/g

/** Names that were looked at, so that the pattern runs once per name; bounded, as names may come from data. */
const lookedAt = new Map<string, boolean>()

/** Whether a field of this name is taken for a secret, whatever it holds. */
export function isSecretName(name: string): boolean {
  const known = lookedAt.get(name)
  if (known !== undefined) return known
  const secret = secretName.test(name)
  if (lookedAt.size < 10_000) lookedAt.set(name, secret)
  return secret
}

/** Takes out of a text what names itself a secret: user info of URLs, tokens in queries, authorization values. */
export function redactText(text: string): string {
  let safe = text
  if (safe.includes('://')) safe = safe.replace(userInfo, `$1${redacted}@`)
  if (safe.includes('=')) safe = safe.replace(secretParameter, `$1${redacted}`)
  if (safe.includes('Bearer') || safe.includes('Basic')) safe = safe.replace(authorization, `$1 ${redacted}`)
  return safe
}
