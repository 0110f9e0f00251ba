// What the orchestrator reads of the environment.

import { apiTokenSetting } from '../shared/config/client-config.ts'
import { hostSetting, isLoopback } from '../shared/config/host.ts'
import { type Environment, readConfig, type WrongVariable } from '../shared/config/read-config.ts'
import {
  choice,
  cron,
  decimal,
  list,
  type ProgramSchema,
  seconds,
  text,
  timeZone,
  whole,
} from '../shared/config/setting.ts'
import {
  kafkaSettings,
  logSettings,
  redisSettings,
  type SharedConfig,
  sharedCrossCheck,
  topicSettings,
} from '../shared/config/shared-settings.ts'
import { zonePoliciesOf, zonePoliciesWords } from './core/run/zone-policies.ts'

export interface OrchestratorConfig extends SharedConfig {
  readonly http: {
    readonly host: string
    readonly port: number
    readonly apiToken: string | undefined
    readonly bodyLimitBytes: number
  }
  readonly retry: {
    readonly maxRetries: number
    readonly baseMs: number
    readonly factor: number
    readonly capMs: number
    readonly ttlMs: number
  }
  readonly run: {
    /** 0: an attempt may take for ever. */
    readonly attemptTimeoutMs: number
    /** 0: an answer is waited for until the run ends. */
    readonly answerTimeoutMs: number
    /** 0: an attempt may wait for a worker until the run ends. */
    readonly pickupTimeoutMs: number
    /** 0: a run may take for ever. */
    readonly runTimeoutMs: number
    /** What zones do otherwise, as a text that zonePoliciesOf reads. */
    readonly zonePolicies: string | undefined
  }
  readonly objects: {
    readonly path: string | undefined
    readonly cron: string | undefined
  }
  readonly data: {
    /** Of a house in one process: where its journal is kept. */
    readonly dir: string
  }
  readonly schedule: {
    /** Undefined: the workflows that come with the product. */
    readonly workflowsPath: string | undefined
    /** Undefined: the workflow's own schedule. */
    readonly dailyWorkflowCron: string | undefined
    /** Undefined: the workflow's own time zone. */
    readonly timeZone: string | undefined
    readonly catchUp: 'last' | 'none'
    readonly tenants: readonly string[]
  }
  readonly consumer: {
    /** The consumer group of the answers: one for all replicas of a house. */
    readonly group: string
  }
}

const aDay = 86_400
const aYear = 365 * aDay

export const orchestratorSchema: ProgramSchema<OrchestratorConfig> = {
  http: {
    host: hostSetting,
    port: whole(
      { env: 'PORT', doc: 'Port of API, probes and metrics; 0 takes a free one.' },
      { min: 0, max: 65_535, default: 8_000 },
    ),
    apiToken: apiTokenSetting,
    bodyLimitBytes: whole(
      { env: 'BODY_LIMIT_BYTES', doc: 'The largest request body.' },
      { min: 1_024, max: 2 ** 30, default: 32 * 2 ** 20 },
    ),
  },
  consumer: {
    group: text(
      {
        env: 'ORCHESTRATOR_GROUP',
        doc: 'Consumer group of the orchestrators; a second house on the same Kafka needs another.',
      },
      { default: 'orchestrator', allowed: 'letters, digits and . _ -', pattern: '[\\w.-]{1,200}' },
    ),
  },
  objects: {
    path: text(
      {
        env: 'OBJECTS_PATH',
        doc: 'A file or folder of object definitions to be loaded at start and watched.',
      },
      { default: undefined, allowed: 'a path' },
    ),
    cron: cron({ env: 'OBJECTS_CRON', doc: 'When to load OBJECTS_PATH again.' }),
  },
  data: {
    dir: text(
      {
        env: 'DATA_DIR',
        doc: 'The folder in which a house in one process keeps its runs; without --ephemeral only. On a disk of this machine.',
      },
      { default: '.millefeuille', allowed: 'a path' },
    ),
  },
  schedule: {
    workflowsPath: text(
      { env: 'WORKFLOWS_PATH', doc: 'A folder of workflows, instead of those that come with Millefeuille.' },
      { default: undefined, allowed: 'a path' },
    ),
    dailyWorkflowCron: cron({
      env: 'DAILY_WORKFLOW_CRON',
      doc: "When to open daily_operations, instead of the workflow's own schedule.",
    }),
    timeZone: timeZone({
      env: 'DEFAULT_TIMEZONE',
      doc: 'Time zone of schedules and business dates, of daily_operations instead of its own; for other schedules where none is named.',
    }),
    catchUp: choice(
      { env: 'SCHEDULE_CATCH_UP', doc: 'What to open of the runs that were missed while nothing ran.' },
      ['last', 'none'],
      'last',
    ),
    tenants: list(
      { env: 'TENANTS', doc: 'Tenants that every workflow is opened for.' },
      {
        default: ['default'],
        allowed: 'names of letters, digits and . _ -, with commas between them',
        pattern: '[\\w.-]{1,100}',
      },
    ),
  },
  retry: {
    maxRetries: whole(
      { env: 'MAX_RETRIES', doc: 'Retries of an object after its first attempt.' },
      { min: 0, max: 1_000, default: 3 },
    ),
    baseMs: whole(
      {
        env: 'RETRY_BASE_MS',
        doc: 'The wait before the first retry, in milliseconds; a random part of it is left out.',
      },
      { min: 0, max: aDay * 1_000, default: 1_000 },
    ),
    factor: decimal(
      { env: 'RETRY_FACTOR', doc: 'What each further wait is multiplied by.' },
      { min: 1, max: 100, default: 2 },
    ),
    capMs: whole(
      { env: 'RETRY_CAP_MS', doc: 'The longest wait, in milliseconds.' },
      { min: 0, max: 7 * aDay * 1_000, default: 300_000 },
    ),
    ttlMs: seconds(
      { env: 'RETRY_TTL_SECONDS', doc: 'How long retry counters are kept in Redis after their last change.' },
      { min: 60, max: aYear, default: aDay },
    ),
  },
  run: {
    attemptTimeoutMs: seconds(
      {
        env: 'ATTEMPT_TIMEOUT_SECONDS',
        doc: 'How long a zone may take for one attempt once it has begun it; 0: for ever.',
      },
      { min: 0, max: aYear, default: 3_600 },
    ),
    answerTimeoutMs: seconds(
      {
        env: 'ANSWER_TIMEOUT_SECONDS',
        doc: 'After how long without an answer an announced attempt counts as failed, time in the queue included: for zones that may lose work; 0: never.',
      },
      { min: 0, max: aYear, default: 0 },
    ),
    pickupTimeoutMs: seconds(
      {
        env: 'PICKUP_TIMEOUT_SECONDS',
        doc: 'After how long an announced attempt that no worker has begun is announced anew; it does not count as a retry; 0: never.',
      },
      { min: 0, max: aYear, default: 0 },
    ),
    runTimeoutMs: seconds(
      { env: 'RUN_TIMEOUT_SECONDS', doc: 'How long a run may take; 0: for ever.' },
      { min: 0, max: aYear, default: aDay },
    ),
    zonePolicies: text(
      { env: 'ZONE_POLICIES', doc: 'Retries and time-outs of zones, where they are not those above.' },
      { default: undefined, allowed: zonePoliciesWords },
    ),
  },
  kafka: kafkaSettings,
  redis: redisSettings,
  topics: topicSettings,
  log: logSettings,
}

/** Throws CONFIG_INVALID with all that is wrong. */
export function orchestratorConfig(env: Environment): OrchestratorConfig {
  return readConfig(orchestratorSchema, env, [
    sharedCrossCheck,
    openWithoutToken,
    capBelowBase,
    cronWithoutObjects,
    wrongZonePolicies,
  ])
}

function openWithoutToken({ http }: OrchestratorConfig): readonly WrongVariable[] {
  if (isLoopback(http.host) || http.apiToken !== undefined) return []
  const allowed =
    'without API_TOKEN only a loopback address, because anybody could open and cancel runs; set API_TOKEN'
  return [{ variable: 'HOST', value: http.host, allowed }]
}

function capBelowBase({ retry }: OrchestratorConfig): readonly WrongVariable[] {
  if (retry.capMs >= retry.baseMs) return []
  return [
    {
      variable: 'RETRY_CAP_MS',
      value: String(retry.capMs),
      allowed: `must be at least RETRY_BASE_MS (${retry.baseMs})`,
    },
  ]
}

function cronWithoutObjects({ objects }: OrchestratorConfig): readonly WrongVariable[] {
  if (objects.cron === undefined || objects.path !== undefined) return []
  return [{ variable: 'OBJECTS_CRON', value: objects.cron, allowed: 'needs OBJECTS_PATH' }]
}

function wrongZonePolicies({ run }: OrchestratorConfig): readonly WrongVariable[] {
  if (run.zonePolicies === undefined) return []
  const policies = zonePoliciesOf(run.zonePolicies)
  if (policies.ok) return []
  const value = run.zonePolicies.replace(/\s+/g, ' ')
  return policies.reason.map((allowed) => ({ variable: 'ZONE_POLICIES', value, allowed }))
}
