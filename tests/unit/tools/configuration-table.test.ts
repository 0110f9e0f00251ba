// The generated table of variables is the schema's.

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { configurationMarkdown } from '../../../tools/configuration-table.ts'

const file = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8')

describe('docs/configuration.md', () => {
  it('is what the schemas say (npm run docs:configuration writes it)', () => {
    expect(file).toBe(configurationMarkdown())
  })

  it('names every variable that deployments know', () => {
    const known = `KAFKA_BOOTSTRAP KAFKA_SSL KAFKA_SASL_MECHANISM KAFKA_SASL_USERNAME KAFKA_SASL_PASSWORD
      REDIS_HOST REDIS_PORT REDIS_URL REDIS_PREFIX RETRY_TTL_SECONDS TOPIC_READY TOPIC_LOADED TOPIC_FAILED
      TOPIC_DLQ OBJECTS_PATH MAX_WORKERS MAX_RETRIES WORKER_TYPE WORKER_1_PROC_SEC WORKER_2_PROC_SEC
      WORKER_3_PROC_SEC LOG_FILE LOG_LEVEL PORT HOST API_TOKEN OBJECTS_CRON WORKER_PORT DRAIN_SECONDS
      WORKER_PRECHECK_SUFFIXES DAILY_WORKFLOW_CRON DEFAULT_TIMEZONE SCHEDULE_CATCH_UP ORCHESTRATOR_URL`
    for (const variable of known.split(/\s+/)) expect(file, variable).toContain(`| \`${variable}\``)
  })

  it('marks the secrets', () => {
    const marked = [...file.matchAll(/^\| `(\w+)` \(secret\)/gm)].map((match) => match[1])
    expect(new Set(marked)).toEqual(
      new Set(['KAFKA_SASL_PASSWORD', 'REDIS_URL', 'REDIS_PASSWORD', 'API_TOKEN', 'HTTP_AUTH_HEADER']),
    )
  })
})
