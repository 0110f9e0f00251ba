// How bodies are read: JSON, where a bare list is a definition, and NDJSON; malformed ones are refused with the place.

import type { FastifyInstance } from 'fastify'
import { Fault } from '../../shared/base/fault.ts'
import type { Json } from '../../shared/base/json.ts'
import { syntaxErrorAt } from '../core/graph/text-position.ts'

/** A body that is nothing but definitions, as it was written: faults are placed in it. To a schema it is an empty object. */
export class BareDefinition {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  get text(): string {
    return this.#text
  }
}

const texts = new WeakMap<object, string>()

/** What was written where `body` stands parsed; undefined when it was no JSON body. For the places of faults. */
export function textOfBody(body: object): string | undefined {
  return texts.get(body)
}

/** Replaces fastify's own parsers: no other media type is taken, and an empty body counts as none. */
export function addBodyParsers(server: FastifyInstance): void {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_: unknown, body: Buffer) =>
    readJson(textOf(body)),
  )
  server.addContentTypeParser(
    ['application/x-ndjson', 'application/ndjson', 'application/jsonl'],
    { parseAs: 'buffer' },
    async (_: unknown, body: Buffer) => new BareDefinition(textOf(body)),
  )
}

function textOf(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch (error) {
    throw new Fault('REQUEST_INVALID', 'the body is not UTF-8', { cause: error })
  }
}

function readJson(text: string): Json | BareDefinition | undefined {
  const first = text[text.search(/\S/)]
  if (first === undefined) return undefined
  if (first === '[') return new BareDefinition(text)
  try {
    const value = JSON.parse(text) as Json
    if (typeof value === 'object' && value !== null) texts.set(value, text)
    return value
  } catch (error) {
    const { line, column, reason, hint } = syntaxErrorAt(text, error)
    const message = `line ${line}, column ${column}: not valid JSON: ${reason}; ${hint}`
    throw new Fault('SYNTAX', message, { detail: { line, column } })
  }
}
