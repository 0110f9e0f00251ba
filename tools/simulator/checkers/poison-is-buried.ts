// Every record that nobody can read is in the DLQ topic.

import type { Checker } from '../story.ts'

export const poisonIsBuried: Checker = (story) => {
  const buried = new Set(story.poison.buried)
  return story.poison.sent
    .filter((mark) => !buried.has(mark))
    .map((mark) => ({ rule: 'poison is buried', text: `${mark} is not in the DLQ topic` }))
}
