// From environment variables to a checked, typed configuration, or one fault that lists all that is wrong.

import convict from 'convict'
import { Fault } from '../base/fault.ts'
import { redactText } from '../base/redact.ts'
import { registerFormats } from './formats.ts'
import type { ProgramSchema, Setting } from './setting.ts'

registerFormats()

export type Environment = Readonly<Record<string, string | undefined>>

/** One variable that is wrong. `value` is missing when the variable is a secret or not set. */
export interface WrongVariable {
  readonly variable: string
  readonly value?: string
  /** What is allowed, or what else is wrong, in words. */
  readonly allowed: string
}

/** Looks at variables together: what is wrong although each of them is right. */
export type CrossCheck<Config> = (config: Config) => readonly WrongVariable[]

/**
 * Reads `env` by `schema`. A variable that is empty or blank counts as not set. Throws CONFIG_INVALID with
 * every wrong variable in `detail.wrong`; values of secrets are in neither message nor detail.
 */
export function readConfig<Config extends object>(
  schema: ProgramSchema<Config>,
  env: Environment,
  crossChecks: readonly CrossCheck<Config>[] = [],
): Config {
  const given = givenOf(schema, env)
  const config = convict<Config>(schema as unknown as convict.Schema<Config>, { env: given, args: [] })
  const wrongPaths = wrongPathsOf(config)
  const wrong = settingsOf(schema)
    .filter(([path]) => wrongPaths.has(path))
    .map(([, setting]) => wrongVariable(setting, given[setting.env]))
  // The cross checks see defaults instead of what is wrong anyway, and say nothing more about it.
  for (const path of wrongPaths) config.reset(path as keyof Config)
  const named = new Set(wrong.map(({ variable }) => variable))
  const crossed = crossChecks.flatMap((check) => check(config.getProperties()))
  const all = [...wrong, ...crossed.filter(({ variable }) => !named.has(variable))]
  if (all.length > 0) throw configFault(all)
  return config.getProperties()
}

/** CONFIG_INVALID with one line for each wrong variable. */
export function configFault(wrong: readonly WrongVariable[]): Fault {
  const lines = wrong.map(({ variable, value, allowed }) =>
    value === undefined ? `  ${variable}: ${allowed}` : `  ${variable}=${value}: ${allowed}`,
  )
  return new Fault('CONFIG_INVALID', ['the configuration is wrong:', ...lines].join('\n'), {
    detail: { wrong },
  })
}

/** The settings of a schema with their paths (`group.name`), in order. */
export function settingsOf<Config extends object>(schema: ProgramSchema<Config>) {
  return Object.entries<Record<string, Setting<unknown>>>(schema as never).flatMap(([group, settings]) =>
    Object.entries(settings).map(([name, setting]) => [`${group}.${name}`, setting] as const),
  )
}

/** The secrets in `env`, also the password within a URL, for the logger to keep out of every line. */
export function secretsOf<Config extends object>(
  schema: ProgramSchema<Config>,
  env: Environment,
): readonly string[] {
  const given = givenOf(schema, env)
  const secrets = settingsOf(schema).filter(([, setting]) => setting.sensitive === true)
  return secrets.flatMap(([, setting]) => {
    const value = given[setting.env]
    return value === undefined ? [] : [value, ...passwordsOf(value)]
  })
}

/** As it stands in the URL, and as it is sent. */
function passwordsOf(value: string): readonly string[] {
  const { password } = URL.canParse(value) ? new URL(value) : { password: '' }
  if (password === '') return []
  try {
    return [password, decodeURIComponent(password)]
  } catch {
    return [password]
  }
}

/** Only the variables of the schema that are set, without blanks around what is no secret. */
function givenOf<Config extends object>(
  schema: ProgramSchema<Config>,
  env: Environment,
): Record<string, string> {
  const given: Record<string, string> = {}
  for (const [, setting] of settingsOf(schema)) {
    const text = env[setting.env]
    if (text === undefined || text.trim() === '') continue
    given[setting.env] = setting.format === 'secret' ? text : text.trim()
  }
  return given
}

/** Convict reports in one text, a line for each wrong setting that begins with its path. */
function wrongPathsOf<Config>(config: convict.Config<Config>): ReadonlySet<string> {
  try {
    config.validate({ allowed: 'strict' })
    return new Set()
  } catch (error) {
    const lines = error instanceof Error ? error.message.split('\n') : []
    const paths = new Set(lines.flatMap((line) => /^([\w.]+): /.exec(line)?.[1] ?? []))
    if (paths.size === 0) throw error
    return paths
  }
}

function wrongVariable(setting: Setting<unknown>, value: string | undefined): WrongVariable {
  const shown =
    setting.sensitive === true || value === undefined ? {} : { value: redactText(value.replace(/\s+/g, ' ')) }
  return { variable: setting.env, ...shown, allowed: `must be ${setting.allowed}` }
}
