// Every record that nobody can read is in the DLQ topic, as it came and by its place once; nothing else is there.

import { isJsonObject, parseJson } from '../../../shared/base/json.ts'
import type { Checker, Letter, Story, Violation } from '../story.ts'

/**
 * A poison record that is delivered again, because who buried it died before he could say so, is buried again:
 * whoever reads the topic knows the copies by the place in their headers. So there is one letter of each place,
 * however often, and each is what was sent.
 */
export const poisonIsBuried: Checker = (story) => {
  const { poison, letters } = story
  const byPlace = new Map<string, Letter[]>()
  for (const letter of letters) byPlace.set(letter.place, [...(byPlace.get(letter.place) ?? []), letter])
  const sent = new Set(poison.map(({ place }) => place))
  const openedAtMs = openingsOf(story)
  return [
    ...poison
      .filter(({ place }) => !byPlace.has(place))
      .map(({ place }) => violation(`what stands at ${place} is not in the DLQ topic`)),
    ...poison
      .filter(({ place, value }) => byPlace.get(place)?.some((letter) => letter.value !== value))
      .map(({ place }) => violation(`what stands at ${place} came to the DLQ topic as something else`)),
    ...[...byPlace.values()]
      .flatMap((copies) => copies.slice(0, 1))
      .filter((letter) => !sent.has(letter.place) && !isOfNothing(letter, openedAtMs))
      .map(({ place, code, value }) => violation(`${place} is healthy and was buried as ${code}: ${value}`)),
  ]
}

/** When the opening that counts was kept, by run. */
function openingsOf({ commits, keptAtMs }: Story): ReadonlyMap<string, number> {
  const opened = commits.filter(({ facts }) => facts.some(({ type }) => type === 'run-opened'))
  return new Map(opened.map(({ id, run_id }) => [run_id, keptAtMs.get(id) ?? 0]))
}

/** Whether it answers an opening that the store lost before the journal had it: the run was opened anew after that. */
function isOfNothing({ code, value, sentAtMs }: Letter, openedAtMs: ReadonlyMap<string, number>): boolean {
  const answer = parseJson(value)
  const runId = isJsonObject(answer) ? String(answer.run_id) : ''
  return code === 'RUN_UNKNOWN' && sentAtMs < (openedAtMs.get(runId) ?? 0)
}

function violation(text: string): Violation {
  return { rule: 'poison is buried', text }
}
