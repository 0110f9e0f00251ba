// The text of docs/configuration.md, made from the schemas so that it cannot be wrong.

import { orchestratorSchema } from '../orchestrator/config.ts'
import { clientSchema } from '../shared/config/client-config.ts'
import { settingsOf } from '../shared/config/read-config.ts'
import type { ProgramSchema, Setting } from '../shared/config/setting.ts'
import { workerSchema } from '../workers/config.ts'

type Row = Setting<unknown>

const intro = `# Configuration

Everything is set by environment variables. A variable that is empty counts as not set; a wrong one stops the
program with the variable, its value and what is allowed, all wrong ones at once (\`CONFIG_INVALID\`). Secrets
are never shown, in no message and no log line.

\`KAFKA_BOOTSTRAP\` together with \`REDIS_URL\` or \`REDIS_HOST\` is the real mode, none of them the embedded one;
one without the other is refused. With \`HOST\` on anything but loopback the orchestrator needs \`API_TOKEN\`.
\`NO_COLOR\` turns the colours of a terminal off.

This file is written by \`npm run docs:configuration\`.
`

/** The whole file. */
export function configurationMarkdown(): string {
  const orchestrator = rowsOf(orchestratorSchema)
  const worker = rowsOf(workerSchema)
  const shared = orchestrator.filter(({ env }) => worker.some((other) => other.env === env))
  const own = (rows: readonly Row[]) => rows.filter(({ env }) => shared.every((other) => other.env !== env))
  const sections = [
    section('Both programs', shared),
    section('Orchestrator', own(orchestrator)),
    section('Workers, and the zones inside an embedded orchestrator', own(worker)),
    section('Command line', rowsOf(clientSchema)),
  ]
  return [intro, ...sections].join('\n')
}

function rowsOf<Config extends object>(schema: ProgramSchema<Config>): readonly Row[] {
  return settingsOf(schema).map(([, setting]) => setting)
}

function section(title: string, rows: readonly Row[]): string {
  const head = ['| variable | default | what may be given | meaning |', '|---|---|---|---|']
  return [`## ${title}`, '', ...head, ...rows.map(line), ''].join('\n')
}

function line({ env, defaultText, allowed, doc, sensitive }: Row): string {
  const name = `\`${env}\`${sensitive === true ? ' (secret)' : ''}`
  const cells = [name, defaultText === '' ? '' : `\`${defaultText}\``, allowed, doc]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}
