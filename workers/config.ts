// What a worker reads of the environment.

import type { Zone } from '../shared/base/layer.ts'
import { zones } from '../shared/base/layer.ts'
import { hostSetting } from '../shared/config/host.ts'
import {
  configFault,
  type Environment,
  readConfig,
  type WrongVariable,
} from '../shared/config/read-config.ts'
import {
  choice,
  decimal,
  list,
  type ProgramSchema,
  seconds,
  secondsRange,
  secret,
  text,
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
import type { SpanRange } from '../shared/config/span-range.ts'

export interface WorkerConfig extends SharedConfig {
  readonly http: {
    readonly host: string
    readonly port: number
  }
  readonly worker: {
    /** Undefined where the zones run inside the orchestrator. */
    readonly zone: Zone | undefined
    readonly maxWorkers: number
    readonly leaseMs: number
    readonly drainMs: number
    /** What the name of the zone's consumer group begins with; a dot and the zone follow. */
    readonly group: string
    /** The loader of objects that name none, or `auto`. */
    readonly loader: string
  }
  readonly simulate: Readonly<Record<Zone, SpanRange>> & {
    readonly precheckSuffixes: readonly string[]
    /** The part of attempts that fail, from 0 to 1. */
    readonly failRate: number
  }
  readonly httpLoader: {
    /** The value of the Authorization header. */
    readonly authHeader: string | undefined
    readonly timeoutMs: number
    /** `host` (on the usual port of http or https) or `host:port`, lower case; empty: any. */
    readonly allowedHosts: readonly string[]
  }
  /** Of the services that loaders depend on, each its own. */
  readonly breaker: {
    /** Failures in a row that open it; 0: there are none. */
    readonly failures: number
    readonly resetMs: number
  }
}

const simulated = (env: string, layer: string) =>
  secondsRange({ env, doc: `How long the simulate loader takes for ${layer} object.` }, 0.1, 0.5)

export const workerSchema: ProgramSchema<WorkerConfig> = {
  worker: {
    zone: choice(
      { env: 'WORKER_TYPE', doc: 'The zone this worker belongs to; needed by a worker of its own.' },
      zones,
      undefined,
    ),
    maxWorkers: whole(
      { env: 'MAX_WORKERS', doc: 'Objects that one process loads at a time.' },
      { min: 1, max: 100_000, default: 32 },
    ),
    leaseMs: seconds(
      { env: 'LEASE_SECONDS', doc: 'How long an attempt belongs to a worker that gives no sign of life.' },
      { min: 1, max: 3_600, default: 10 },
    ),
    drainMs: seconds(
      { env: 'DRAIN_SECONDS', doc: 'How long a worker that must leave may finish what it began.' },
      { min: 0, max: 86_400, default: 15 },
    ),
    group: text(
      { env: 'WORKER_GROUP', doc: 'Prefix of the consumer group of a zone; `.<zone>` follows.' },
      { default: 'zone', allowed: 'letters, digits and . _ -, at most 200', pattern: '[\\w.-]{1,200}' },
    ),
    loader: text(
      {
        env: 'WORKER_LOADER',
        doc: 'Loads objects that name no loader; auto: http for those with a URL, simulate for the others.',
      },
      { default: 'simulate', allowed: 'auto, simulate, http, or a loader of the zone', pattern: '[\\w.-]+' },
    ),
  },
  http: {
    host: hostSetting,
    port: whole(
      { env: 'WORKER_PORT', doc: 'Port of probes and metrics; 0 takes a free one.' },
      { min: 0, max: 65_535, default: 8_001 },
    ),
  },
  simulate: {
    ingestion: simulated('WORKER_1_PROC_SEC', 'a raw'),
    standardization: simulated('WORKER_2_PROC_SEC', 'a standardized'),
    application: simulated('WORKER_3_PROC_SEC', 'an application'),
    precheckSuffixes: list(
      { env: 'WORKER_PRECHECK_SUFFIXES', doc: 'The simulate loader fails the precheck of ids that end so.' },
      { default: [], allowed: 'ends of ids, with commas between them', pattern: '\\S+' },
    ),
    failRate: decimal(
      { env: 'WORKER_FAIL_RATE', doc: 'The part of attempts that the simulate loader lets fail.' },
      { min: 0, max: 1, default: 0 },
    ),
  },
  httpLoader: {
    authHeader: secret(
      {
        env: 'HTTP_AUTH_HEADER',
        doc: 'The Authorization header that the http loader sends to HTTP_ALLOWED_HOSTS.',
      },
      'the value of a header, as Bearer and a token',
      '[\\x20-\\x7e]+',
    ),
    timeoutMs: seconds(
      { env: 'HTTP_TIMEOUT_SECONDS', doc: 'How long the http loader waits for an answer.' },
      { min: 0.1, max: 86_400, default: 30 },
    ),
    allowedHosts: list(
      { env: 'HTTP_ALLOWED_HOSTS', doc: 'The hosts that the http loader may call; any when not set.' },
      {
        default: [],
        allowed: 'host or host:port, several with commas between them',
        pattern: '[\\w.-]+(?::\\d{1,5})?',
      },
    ),
  },
  breaker: {
    failures: whole(
      {
        env: 'BREAKER_FAILURES',
        doc: 'Failures in a row after which a service that loaders call is left alone for a time; 0: never.',
      },
      { min: 0, max: 1_000, default: 5 },
    ),
    resetMs: seconds(
      { env: 'BREAKER_RESET_SECONDS', doc: 'How long it is left alone before one attempt tries it.' },
      { min: 1, max: 3_600, default: 30 },
    ),
  },
  kafka: kafkaSettings,
  redis: redisSettings,
  topics: topicSettings,
  log: logSettings,
}

/** Throws CONFIG_INVALID with all that is wrong. */
export function workerConfig(env: Environment): WorkerConfig {
  const config = readConfig(workerSchema, env, [sharedCrossCheck, credentialsForAnybody])
  const allowedHosts = config.httpLoader.allowedHosts.map((host) => host.toLowerCase())
  return { ...config, httpLoader: { ...config.httpLoader, allowedHosts } }
}

/** The zone of a worker that is a program of its own; throws CONFIG_INVALID when it is not set. */
export function requiredZone(config: WorkerConfig): Zone {
  const { zone } = config.worker
  if (zone === undefined)
    throw configFault([{ variable: 'WORKER_TYPE', allowed: `must be set: ${zones.join(', ')}` }])
  return zone
}

/** URLs come from definition files: whoever writes one must not be able to have the credentials sent to himself. */
function credentialsForAnybody({ httpLoader }: WorkerConfig): readonly WrongVariable[] {
  if (httpLoader.authHeader === undefined || httpLoader.allowedHosts.length > 0) return []
  return [
    {
      variable: 'HTTP_ALLOWED_HOSTS',
      allowed: 'must be set, because HTTP_AUTH_HEADER is: it would be sent to any host',
    },
  ]
}
