// Where the jars of the test broker lie, and how they get there (only when asked: never in a test).

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../../..')
const pom = join(import.meta.dirname, 'kafka-pom.xml')

/** The folder for the jars of exactly this pom.xml: another version of Kafka gets another folder. */
function jarsFolder(): string {
  const cache = process.env.XDG_CACHE_HOME
  const digest = createHash('sha256').update(readFileSync(pom)).digest('hex').slice(0, 12)
  return join(cache ? join(cache, 'millefeuille') : join(root, '.cache'), 'kafka', digest)
}

/** The folder of jars, or undefined when they were never installed. */
export function installedKafkaJars(): string | undefined {
  const folder = jarsFolder()
  return existsSync(folder) ? folder : undefined
}

/** Fetches the jars with Maven into the cache, unless they are there. Throws when Maven fails. */
export function installKafkaJars(): string {
  const folder = jarsFolder()
  if (existsSync(folder)) return folder
  mkdirSync(join(folder, '..'), { recursive: true })
  // Under another name until all of it is there: an interrupted download must not look installed.
  const partial = mkdtempSync(`${folder}-`)
  const goal = ['dependency:copy-dependencies', `-DoutputDirectory=${partial}`, '-DincludeScope=runtime']
  const maven = spawnSync('mvn', ['-q', '-B', '-f', pom, ...goal], { stdio: 'inherit' })
  if (maven.status !== 0) {
    rmSync(partial, { recursive: true, force: true })
    throw new Error(`Maven could not fetch Kafka's jars: ${maven.error?.message ?? `exit ${maven.status}`}`)
  }
  renameSync(partial, folder)
  return folder
}
