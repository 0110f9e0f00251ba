// The names of the topics on the wire; each may be renamed by its environment variable.

import { type Zone, zones } from '../base/layer.ts'

export interface Topics {
  /** Prefix of the Ready topics; the zone follows after a dot. */
  readonly ready: string
  readonly loaded: string
  readonly failed: string
  readonly dlq: string
  readonly journal: string
  readonly workflow: string
}

export const defaultTopics: Topics = {
  ready: 'event.load.ready',
  loaded: 'event.load.loaded',
  failed: 'event.load.failed',
  dlq: 'event.load.dlq',
  journal: 'event.run.journal',
  workflow: 'event.workflow',
}

export function readyTopic(topics: Topics, zone: Zone): string {
  return `${topics.ready}.${zone}`
}

/** Every topic the house needs, for `topics create` and `doctor`. */
export function allTopics(topics: Topics): readonly string[] {
  const ready = zones.map((zone) => readyTopic(topics, zone))
  return [...ready, topics.loaded, topics.failed, topics.dlq, topics.journal, topics.workflow]
}
