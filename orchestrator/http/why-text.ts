// The answer to `why` in words: one paragraph an object, from the one asked for to the root of it.

import type { WhyAnswer, WhyStepResource } from '../../shared/api/why-resource.ts'
import { objectLabel } from '../../shared/base/object-label.ts'
import { inheritedInWords, ownInWords } from '../../shared/events/degradation.ts'
import type { WhyStep } from '../core/run/why.ts'
import type { Why } from '../services/explainer.ts'

export function whyAnswerOf(objectId: string, { runId, steps }: Why): WhyAnswer {
  const chain = steps.map(resourceOf)
  return { run_id: runId, object_id: objectId, chain, text: textOf(runId, chain) }
}

function resourceOf(step: WhyStep): WhyStepResource {
  const { objectId, name = null, state, reason = null, sinceMs, text, owner, release = null, degraded } = step
  const since = sinceMs === undefined ? null : new Date(sinceMs).toISOString()
  return { object_id: objectId, name, state, reason, since, text, owner, release, degraded }
}

/** What stands between is shown too, but of a long way only its ends. */
const mostSteps = 12

function textOf(runId: string, chain: readonly WhyStepResource[]): string {
  const paragraphs = chain.map(paragraphOf)
  if (paragraphs.length > mostSteps) {
    const left = paragraphs.length - mostSteps
    paragraphs.splice(mostSteps / 2, left, `  … and ${left} more between`)
  }
  return [`run ${runId}`, ...paragraphs].join('\n')
}

function paragraphOf(step: WhyStepResource, place: number): string {
  const { object_id, name, state, reason, since, text, owner, release } = step
  const because = reason === null || reason === state ? '' : ` (${reason})`
  const lines = [
    `${place === 0 ? '' : '└ '}${objectLabel(object_id, name)}: ${state}${because}${since === null ? '' : ` since ${since}`}`,
    `  ${text}`,
    ...degradedLines(step),
    ...(release === null ? [] : [`  owner: ${owner}`, `  released by: ${release}`]),
  ]
  return lines.map((line) => '  '.repeat(Math.min(place, 8)) + line).join('\n')
}

function degradedLines({ object_id, degraded }: WhyStepResource): readonly string[] {
  const own = ownInWords(degraded, object_id)
  const inherited = inheritedInWords(degraded, object_id)
  return [...(own === '' ? [] : [`  it went on ${own}`]), ...(inherited === '' ? [] : [`  ${inherited}`])]
}
