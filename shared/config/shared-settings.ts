// The settings both programs have: Kafka, Redis, topics, logs.

import { allTopics, defaultTopics, type Topics } from '../events/topics.ts'
import type { LogLevel } from '../ports/logger.ts'
import type { WrongVariable } from './read-config.ts'
import { choice, flag, list, type Settings, secret, text, url, whole } from './setting.ts'

export interface KafkaConfig {
  /** `host:port` each; empty in embedded mode. */
  readonly brokers: readonly string[]
  readonly ssl: boolean
  readonly saslMechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512' | undefined
  readonly saslUsername: string | undefined
  readonly saslPassword: string | undefined
  readonly partitions: number
  readonly replication: number
}

export interface RedisConfig {
  readonly host: string | undefined
  readonly port: number
  /** Wins over host and port. */
  readonly url: string | undefined
  readonly password: string | undefined
  readonly prefix: string
  readonly allowEviction: boolean
}

export interface LogConfig {
  readonly level: LogLevel | 'silent'
  readonly file: string | undefined
}

const saslMechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'] as const
const logLevels = ['error', 'warn', 'info', 'debug', 'silent'] as const
const hostAndPort = '(?:[\\w.-]+|\\[[0-9A-Fa-f:.]+\\]):\\d{1,5}'

export const kafkaSettings: Settings<KafkaConfig> = {
  brokers: list(
    {
      env: 'KAFKA_BOOTSTRAP',
      doc: 'Kafka brokers to begin with. Together with Redis: real mode; neither: embedded.',
    },
    { default: [], allowed: 'host:port, several with commas between them', pattern: hostAndPort },
  ),
  ssl: flag(
    { env: 'KAFKA_SSL', doc: 'Speak TLS with Kafka (further authorities: NODE_EXTRA_CA_CERTS).' },
    false,
  ),
  saslMechanism: choice(
    { env: 'KAFKA_SASL_MECHANISM', doc: 'How to log in to Kafka.' },
    saslMechanisms,
    undefined,
  ),
  saslUsername: text(
    { env: 'KAFKA_SASL_USERNAME', doc: 'User at Kafka.' },
    { default: undefined, allowed: 'a user name' },
  ),
  saslPassword: secret({ env: 'KAFKA_SASL_PASSWORD', doc: 'Password at Kafka.' }, 'a password'),
  partitions: whole(
    { env: 'KAFKA_PARTITIONS', doc: 'Partitions of the topics that are created.' },
    { min: 1, max: 10_000, default: 12 },
  ),
  replication: whole(
    {
      env: 'KAFKA_REPLICATION',
      doc: 'Replicas of the topics that are created; 3 where there are three brokers.',
    },
    { min: 1, max: 100, default: 1 },
  ),
}

export const redisSettings: Settings<RedisConfig> = {
  allowEviction: flag(
    {
      env: 'REDIS_ALLOW_EVICTION',
      doc: 'Start even on a Redis that may throw away runs when memory is short.',
    },
    false,
  ),
  host: text(
    { env: 'REDIS_HOST', doc: 'Redis host.' },
    { default: undefined, allowed: 'a host name or address', pattern: '[\\w.:-]+' },
  ),
  port: whole({ env: 'REDIS_PORT', doc: 'Redis port.' }, { min: 1, max: 65_535, default: 6_379 }),
  url: url(
    { env: 'REDIS_URL', doc: 'Redis as a URL (rediss: for TLS); wins over REDIS_HOST and REDIS_PORT.' },
    ['redis:', 'rediss:'],
    { sensitive: true },
  ),
  password: secret(
    { env: 'REDIS_PASSWORD', doc: 'Password at Redis, unless REDIS_URL has one.' },
    'a password',
  ),
  prefix: text(
    { env: 'REDIS_PREFIX', doc: 'What every key begins with: several houses may share a Redis.' },
    { default: 'millefeuille', allowed: 'letters, digits and . _ : -', pattern: '[\\w.:-]+' },
  ),
}

const topic = (env: string, doc: string, given: string) =>
  text(
    { env, doc },
    { default: given, allowed: 'letters, digits and . _ -, at most 200', pattern: '[\\w.-]{1,200}' },
  )

export const topicSettings: Settings<Topics> = {
  ready: topic('TOPIC_READY', 'Prefix of the Ready topics; `.<zone>` follows.', defaultTopics.ready),
  loaded: topic('TOPIC_LOADED', 'Where zones answer what is loaded.', defaultTopics.loaded),
  failed: topic('TOPIC_FAILED', 'Where zones answer what failed.', defaultTopics.failed),
  dlq: topic('TOPIC_DLQ', 'Where what failed for good or could not be read is kept.', defaultTopics.dlq),
  journal: topic(
    'TOPIC_JOURNAL',
    'The facts of all runs, from which Redis can be rebuilt.',
    defaultTopics.journal,
  ),
  workflow: topic('TOPIC_WORKFLOW', 'The ends of workflows.', defaultTopics.workflow),
}

export const logSettings: Settings<LogConfig> = {
  level: choice({ env: 'LOG_LEVEL', doc: 'The least important lines that are logged.' }, logLevels, 'info'),
  file: text(
    { env: 'LOG_FILE', doc: 'A file that gets every log line too, as JSON.' },
    { default: undefined, allowed: 'a path' },
  ),
}

export interface SharedConfig {
  readonly kafka: KafkaConfig
  readonly redis: RedisConfig
  readonly topics: Topics
  readonly log: LogConfig
}

/** What is wrong between variables that both programs have. */
export function sharedCrossCheck({ kafka, topics }: SharedConfig): readonly WrongVariable[] {
  return [...saslFaults(kafka), ...topicFaults(topics)]
}

function saslFaults({ saslMechanism, saslUsername, saslPassword }: KafkaConfig): WrongVariable[] {
  const parts = {
    KAFKA_SASL_MECHANISM: saslMechanism,
    KAFKA_SASL_USERNAME: saslUsername,
    KAFKA_SASL_PASSWORD: saslPassword,
  }
  const missing = Object.entries(parts).filter(([, value]) => value === undefined)
  if (missing.length === 0 || missing.length === 3) return []
  const allowed = 'must be set, because other KAFKA_SASL_ variables are'
  return missing.map(([variable]) => ({ variable, allowed }))
}

/** Two kinds of events on one topic would be read as each other. */
function topicFaults(topics: Topics): WrongVariable[] {
  const names = allTopics(topics)
  return Object.entries(topics)
    .filter(([, name]) => names.filter((other) => other === name).length > 1)
    .map(([kind, name]) => ({
      variable: topicSettings[kind as keyof Topics].env,
      value: name,
      allowed: 'must be a topic that nothing else uses',
    }))
}
