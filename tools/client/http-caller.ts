// One HTTP call to an orchestrator: its answer, or a Fault that says what to do.

import type { Problem } from '../../shared/api/problem.ts'
import { Fault, faultCodes, messageOf } from '../../shared/base/fault.ts'
import { isJsonObject, parseJson } from '../../shared/base/json.ts'
import type { Random } from '../../shared/base/random.ts'
import { redactText } from '../../shared/base/redact.ts'
import type { Clock } from '../../shared/ports/clock.ts'

export interface HttpCallerParts {
  /** Where the orchestrator is; a path is kept, for those behind a proxy. */
  readonly url: string
  /** The value of API_TOKEN. */
  readonly token: string | undefined
  readonly clock: Clock
  readonly random: Random
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  /** Below the orchestrator's URL, without a slash in front. */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly body?: object
  readonly headers?: Readonly<Record<string, string>>
}

/** How long an answer may take, in milliseconds: the server gives up waiting before that. */
const longestAnswerMs = 60_000

export class HttpCaller {
  readonly #parts: HttpCallerParts

  constructor(parts: HttpCallerParts) {
    this.#parts = parts
  }

  /** The JSON of a good answer. Rejects with the code of the problem, or SERVER_UNREACHABLE. */
  async json<Answer>(request: ApiRequest): Promise<Answer> {
    const late = new AbortController()
    const timer = this.#parts.clock.after(longestAnswerMs, () =>
      late.abort(new Error('no answer came in time')),
    )
    try {
      const response = await this.open(request, late.signal)
      const json = parseJson(await response.text())
      if (json === undefined) throw this.#unreachable('it answers something else than JSON')
      return json as Answer
    } catch (error) {
      throw error instanceof Fault ? error : this.#unreachable(reasonOf(error), error)
    } finally {
      timer.cancel()
    }
  }

  /** A good answer whose body is still to be read. Rejects as `json` does; `signal` also ends the body. */
  async open(request: ApiRequest, signal: AbortSignal): Promise<Response> {
    const { method, body } = request
    const init = { method, headers: this.#headers(request), signal, redirect: 'error' as const }
    let response: Response
    try {
      response = await fetch(
        this.#urlOf(request),
        body === undefined ? init : { ...init, body: JSON.stringify(body) },
      )
    } catch (error) {
      throw this.#unreachable(reasonOf(error), error)
    }
    if (response.ok) return response
    throw this.#faultOf(response.status, await response.text().catch(() => ''))
  }

  #urlOf({ path, query = {} }: ApiRequest): URL {
    const { url } = this.#parts
    const target = new URL(path, url.endsWith('/') ? url : `${url}/`)
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) target.searchParams.set(name, String(value))
    return target
  }

  #headers({ body, headers }: ApiRequest): Record<string, string> {
    const { token } = this.#parts
    return {
      accept: 'application/json',
      ...headers,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    }
  }

  #faultOf(status: number, text: string): Fault {
    const problem = parseJson(text)
    if (!isProblem(problem))
      return this.#unreachable(`it answers ${status} and no problem of an orchestrator`)
    const { code, detail, field, faults, line, column, run_id } = problem
    const hint = code === 'UNAUTHORIZED' ? `${detail}; set API_TOKEN to the orchestrator's` : detail
    return new Fault(code, hint, { detail: { field, faults, line, column, run_id, status } })
  }

  #unreachable(reason: string, cause?: unknown): Fault {
    const url = redactText(this.#parts.url)
    const message = `cannot reach an orchestrator at ${url}: ${reason}; start one with 'millefeuille start', or name another with --server or ORCHESTRATOR_URL`
    return new Fault('SERVER_UNREACHABLE', message, { cause, detail: { url, reason } })
  }
}

function isProblem(json: unknown): json is Problem {
  return (
    isJsonObject(json) &&
    typeof json.code === 'string' &&
    Object.hasOwn(faultCodes, json.code) &&
    typeof json.detail === 'string'
  )
}

/** The innermost reason: fetch itself only says that it failed. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  if (cause instanceof AggregateError && cause.errors.length > 0) return messageOf(cause.errors[0])
  return redactText(messageOf(cause ?? error))
}
