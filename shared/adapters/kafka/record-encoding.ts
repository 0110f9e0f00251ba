// Records of a produce request as bytes, in one pass; kafkajs 2.2.4 allocates some thirty buffers a record for them.

/** What kafkajs hands over of a message. */
export interface RecordParts {
  readonly offsetDelta?: number
  readonly timestampDelta?: number
  readonly key?: string | Buffer | null | undefined
  readonly value: string | Buffer | null
  readonly headers?:
    | Readonly<Record<string, string | Buffer | readonly (string | Buffer)[] | undefined>>
    | undefined
}

/**
 * The record in version 2 of the message format, with its length before it.
 * Source: Kafka protocol guide, "Record".
 */
export function encodeRecord(parts: RecordParts): Buffer {
  const { offsetDelta = 0, timestampDelta = 0, key, value } = parts
  const headers = headersOf(parts.headers)
  const body =
    1 + sizeOfVarint(timestampDelta) + sizeOfVarint(offsetDelta) + sizeOfBytes(key) + sizeOfBytes(value)
  let size = body + sizeOfVarint(headers.length)
  for (const [name, content] of headers) size += sizeOfBytes(name) + sizeOfBytes(content)
  const target = Buffer.allocUnsafe(sizeOfVarint(size) + size)
  let at = writeVarint(target, 0, size)
  // Attributes: none are in use.
  target[at++] = 0
  at = writeVarint(target, at, timestampDelta)
  at = writeVarint(target, at, offsetDelta)
  at = writeBytes(target, at, key)
  at = writeBytes(target, at, value)
  at = writeVarint(target, at, headers.length)
  for (const [name, content] of headers) at = writeBytes(target, writeBytes(target, at, name), content)
  return target
}

type Content = string | Buffer | null | undefined

function headersOf(headers: RecordParts['headers']): (readonly [string, Content])[] {
  const list: (readonly [string, Content])[] = []
  for (const name in headers) {
    const content = headers[name]
    if (typeof content === 'string' || Buffer.isBuffer(content) || content === undefined)
      list.push([name, content])
    else for (const each of content) list.push([name, each])
  }
  return list
}

function sizeOfBytes(content: Content): number {
  if (content === null || content === undefined) return 1
  const size = Buffer.byteLength(content)
  return sizeOfVarint(size) + size
}

function writeBytes(target: Buffer, at: number, content: Content): number {
  if (content === null || content === undefined) return writeVarint(target, at, -1)
  if (typeof content !== 'string') {
    const begin = writeVarint(target, at, content.length)
    content.copy(target, begin)
    return begin + content.length
  }
  const size = Buffer.byteLength(content)
  const begin = writeVarint(target, at, size)
  target.write(content, begin, size, 'utf8')
  return begin + size
}

/** Zigzag: small numbers of either sign stay short. Beyond 32 bits numbers are added up instead of shifted. */
function zigzag(value: number): number {
  return value >= 0 ? value * 2 : -value * 2 - 1
}

function sizeOfVarint(value: number): number {
  let size = 1
  for (let rest = zigzag(value); rest >= 0x80; rest = Math.floor(rest / 0x80)) size++
  return size
}

function writeVarint(target: Buffer, at: number, value: number): number {
  let rest = zigzag(value)
  let next = at
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) target[next++] = (rest % 0x80) | 0x80
  target[next++] = rest
  return next
}
