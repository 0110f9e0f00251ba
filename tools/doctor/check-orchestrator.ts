// Looks at the orchestrator behind a URL: whether it answers, is ready, and takes our token.

import { Fault, messageOf } from '../../shared/base/fault.ts'
import { isJsonObject, parseJson } from '../../shared/base/json.ts'
import { version } from '../../shared/config/version.ts'
import { ApiClient } from '../client/api-client.ts'
import { HttpCaller, type HttpCallerParts } from '../client/http-caller.ts'
import { type Check, fail, ok, warn } from './check.ts'

const name = 'orchestrator'
const start = "start one with 'millefeuille start', or name another with --server or ORCHESTRATOR_URL"

/** Never rejects with a Fault. */
export async function checkOrchestrator(parts: HttpCallerParts): Promise<readonly Check[]> {
  try {
    const about = await new HttpCaller(parts).json<{ readonly version?: unknown }>({
      method: 'GET',
      path: '',
    })
    return [
      versionCheck(parts.url, String(about.version)),
      await readinessCheck(parts),
      await accessCheck(parts),
    ]
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    if (error.code === 'UNAUTHORIZED') return [unauthorized(parts)]
    return [fail(name, error.message.split('; ')[0] ?? '', start)]
  }
}

function versionCheck(url: string, theirs: string): Check {
  const message = `answers at ${url}: version ${theirs}`
  if (theirs === version) return ok(name, message)
  return warn(name, `${message}, and this is ${version}`, 'use the same version here and there')
}

/** Not by the caller of the API: 503 is the answer that is looked for, and it is no problem document. */
async function readinessCheck({ url, clock }: HttpCallerParts): Promise<Check> {
  const late = new AbortController()
  const timer = clock.after(5_000, () => late.abort(new Error('no answer within 5 s')))
  try {
    const target = new URL('health/readiness', url.endsWith('/') ? url : `${url}/`)
    const response = await fetch(target, { signal: late.signal })
    const body = parseJson(await response.text())
    if (response.ok) return ok(`${name} readiness`, 'ready')
    const checks = isJsonObject(body) && isJsonObject(body.checks) ? Object.entries(body.checks) : []
    const failing = checks.filter(([, outcome]) => outcome !== 'ok').map(([part, why]) => `${part}: ${why}`)
    return fail(
      `${name} readiness`,
      failing.join(', ') || `it answers ${response.status}`,
      'look at these parts, and at its log',
    )
  } catch (error) {
    return fail(`${name} readiness`, messageOf(error), 'look at its log')
  } finally {
    timer.cancel()
  }
}

async function accessCheck(parts: HttpCallerParts): Promise<Check> {
  try {
    await new ApiClient(parts).listRuns({ limit: 1 })
    return ok(`${name} access`, 'runs can be listed')
  } catch (error) {
    if (error instanceof Fault && error.code === 'UNAUTHORIZED') return unauthorized(parts)
    return fail(`${name} access`, messageOf(error), 'look at its log')
  }
}

function unauthorized({ token }: HttpCallerParts): Check {
  return fail(
    `${name} access`,
    token === undefined ? 'it wants a token, and API_TOKEN is not set' : 'it wants another token',
    'set API_TOKEN to the one the orchestrator was started with',
  )
}
