// topics: the topics of the house on Kafka.

import { Command } from 'commander'
import type { TopicDescription, TopicSpec } from '../../shared/adapters/kafka/kafka-topics.ts'
import { silentLogger } from '../../shared/ports/logger.ts'
import { kafkaOnlyConfig } from '../broker-config.ts'
import type { CommandContext, CommandMaker } from '../command-context.ts'
import { withExamples } from '../examples.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { fittingTable } from '../fitting-table.ts'
import { abridged } from '../one-line.ts'
import { topicDifferences } from '../topics/topic-differences.ts'

interface CreateOptions {
  readonly dryRun?: boolean
  readonly json?: boolean
}

export const topicsCommand: CommandMaker = (context, end) => {
  const create = new Command('create')
    .summary('Creates the topics that are missing.')
    .description(
      'Creates the topics that are missing, with KAFKA_PARTITIONS and KAFKA_REPLICATION. What is there is left as it is, and told where it differs. The outcome of a topic is created, present, differs, or (--dry-run) missing.',
    )
    .option('--dry-run', 'say what would be created, and create nothing')
    .option('--json', 'print the topics as JSON')
    .action(async (options: CreateOptions) => end(await createTopics(context, options)))
  withExamples(create, [
    ['KAFKA_BOOTSTRAP=kafka:9092 millefeuille topics create', 'what is missing'],
    ['millefeuille topics create --dry-run', 'look first'],
  ])
  const command = new Command('topics').description('Looks after the topics on Kafka.').addCommand(create)
  return withExamples(command, [['millefeuille topics create', 'safe to repeat']])
}

interface TopicLine {
  readonly name: string
  readonly partitions: number
  readonly replicas: number | null
  /** `differs`: it is there, and not as the configuration says. */
  readonly outcome: 'created' | 'missing' | 'present' | 'differs'
  /** In words; what to do about it follows after an arrow. */
  readonly differences: readonly string[]
}

async function createTopics(
  { terminal, env }: CommandContext,
  { dryRun = false, json = false }: CreateOptions,
): Promise<ExitCode> {
  const config = kafkaOnlyConfig(env)
  const { KafkaTopics } = await import('../../shared/adapters/kafka/kafka-topics.ts')
  const { kafkaOptionsOf } = await import('../../shared/adapters/kafka/kafka-options-of.ts')
  const { topicSpecs } = await import('../../shared/adapters/kafka/topic-specs.ts')
  const specs = topicSpecs(config.topics, config.kafka)
  const kafka = new KafkaTopics(
    { ...kafkaOptionsOf(config.kafka, 'millefeuille-cli'), retries: 2 },
    silentLogger,
  )
  try {
    const created = dryRun ? [] : (await kafka.create(specs)).created
    const found = await kafka.describe(specs.map(({ name }) => name))
    const lines = specs.map((spec) => lineOf(spec, found, created))
    if (json) terminal.result(JSON.stringify({ format: 'millefeuille/topics@1', topics: lines }))
    else show(terminal, lines)
    return exitCodes.done
  } finally {
    await kafka.close()
  }
}

function lineOf(spec: TopicSpec, found: readonly TopicDescription[], created: readonly string[]): TopicLine {
  const description = found.find(({ name }) => name === spec.name)
  const { name, partitions, replicas = null } = spec
  if (created.includes(name)) return { name, partitions, replicas, outcome: 'created', differences: [] }
  if (description === undefined) return { name, partitions, replicas, outcome: 'missing', differences: [] }
  const differences = topicDifferences(spec, description)
  return {
    name,
    partitions: description.partitions,
    replicas: description.replicas,
    outcome: differences.length > 0 ? 'differs' : 'present',
    differences: differences.map(({ message, advice }) => `${message} → ${advice}`),
  }
}

function show(terminal: CommandContext['terminal'], lines: readonly TopicLine[]): void {
  const head = ['TOPIC', 'OUTCOME', 'PARTITIONS', 'REPLICAS']
  const rows = lines.map(({ name, outcome, partitions, replicas }) => [
    name,
    outcome,
    partitions,
    replicas ?? '',
  ])
  for (const line of fittingTable(terminal.resultColumns, head, rows)) terminal.result(line)
  for (const [difference, names] of sameDifferences(lines))
    terminal.message(`${terminal.paint('yellow', 'warning:')} ${abridged(names, ', ', 3)}: ${difference}`)
  if (lines.some(({ outcome }) => outcome === 'missing'))
    terminal.message('nothing was created: run it without --dry-run')
}

/** Most often all topics differ in the same way: that is said once. */
function sameDifferences(lines: readonly TopicLine[]): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>()
  for (const { name, differences } of lines)
    for (const difference of differences) names.set(difference, [...(names.get(difference) ?? []), name])
  return names
}
