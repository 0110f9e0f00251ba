// An Apache Kafka of a test's own: a local process that can be killed and comes back with its data.

import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { installedKafkaJars } from './kafka-jars.ts'
import { kafkaSettings } from './kafka-settings.ts'
import { LocalProcess } from './local-process.ts'
import { askKafka, untilAnswers } from './readiness.ts'

/** Why a Kafka process cannot be started here, or undefined when it can. */
export function kafkaProcessObstacle(): string | undefined {
  if (installedKafkaJars() === undefined) return "Kafka's jars are not installed (npm run brokers:install)"
  return spawnSync('java', ['-version']).status === 0 ? undefined : 'there is no java on the PATH'
}

const log4j = `<Configuration status="WARN"><Appenders><Console name="out"><PatternLayout pattern="%d %p %m (%c)%n"/></Console></Appenders>
<Loggers><Root level="WARN"><AppenderRef ref="out"/></Root></Loggers></Configuration>`

/** A single node that is broker and controller. Topics are never created by themselves. */
export class LocalKafka {
  #folder: string | undefined
  readonly #extra: Readonly<Record<string, string>>
  #port: number | undefined
  #process: LocalProcess | undefined

  /** `extra` are settings of server.properties over the defaults of `kafkaSettings`. */
  constructor(extra: Readonly<Record<string, string>> = {}) {
    this.#extra = extra
  }

  /** Its address, the same over every restart. Known from the first `start` on. */
  get bootstrap(): string {
    if (this.#port === undefined) throw new Error('start this Kafka first')
    return `127.0.0.1:${this.#port}`
  }

  get pid(): number | undefined {
    return this.#process?.pid
  }

  /** Starts it, or starts it again with the data and on the port it had; resolves when consumers can join. */
  async start(): Promise<void> {
    if (this.#port === undefined) await this.#format()
    const running = this.#java(
      ['-Xms256m', '-Xmx512m', `-Dlog4j2.configurationFile=${this.#path('log4j2.xml')}`],
      ['kafka.Kafka', this.#path('server.properties')],
    )
    this.#process = running
    await untilAnswers('Kafka does not start', () => askKafka(this.bootstrap), {
      withinMs: 120_000,
      gaveUp: () => (running.end ? running.output().slice(-2_000) : undefined),
    })
  }

  /** Sends a signal and does not wait: SIGSTOP freezes it, SIGCONT lets it go on. */
  signal(signal: NodeJS.Signals): void {
    this.#process?.signal(signal)
  }

  /** Ends the process and resolves when it is gone. The data stay; `start` brings it back. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    await this.#process?.kill(signal)
  }

  /** Ends the process and removes its data. Safe to call twice. */
  async stop(): Promise<void> {
    await this.kill()
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true })
  }

  #path(file: string): string {
    this.#folder ??= mkdtempSync(join(tmpdir(), 'millefeuille-kafka-'))
    return join(this.#folder, file)
  }

  /** Writes the settings and gives the data folder its identity, once. */
  async #format(): Promise<void> {
    const port = await freePort()
    const settings = kafkaSettings({ host: '127.0.0.1', port, controllerPort: await freePort() })
    const all = { ...settings, 'log.dirs': this.#path('data'), ...this.#extra }
    const lines = Object.entries(all).map(([name, value]) => `${name}=${value}\n`)
    writeFileSync(this.#path('server.properties'), lines.join(''))
    writeFileSync(this.#path('log4j2.xml'), log4j)
    // With `=`, because one in 64 begins with a dash.
    const clusterId = randomBytes(16).toString('base64url')
    const format = this.#java(
      ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'],
      [
        'kafka.tools.StorageTool',
        'format',
        `--cluster-id=${clusterId}`,
        '-c',
        this.#path('server.properties'),
      ],
    )
    const { code } = await format.ended
    if (code !== 0)
      throw new Error(`Kafka's data folder cannot be formatted: ${format.output().slice(-2_000)}`)
    this.#port = port
  }

  #java(options: readonly string[], program: readonly string[]): LocalProcess {
    const jars = installedKafkaJars()
    if (jars === undefined) throw new Error(kafkaProcessObstacle())
    const args = [...options, '-cp', join(jars, '*'), ...program]
    return new LocalProcess({ command: 'java', args, logFile: this.#path('kafka.log') })
  }
}
