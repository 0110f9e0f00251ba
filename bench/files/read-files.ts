// One reading of definition files in a process of its own: parsed only, or checked and planned.

import { readFileSync } from 'node:fs'
import { definePlan } from '../../orchestrator/core/graph/define-plan.ts'
import { monotonicMs } from '../process/load-log.ts'
import { play } from '../process/role.ts'
import { ownUsage } from '../process/usage.ts'

export interface Reading {
  readonly wallMs: number
  readonly objects: number
  readonly bytes: number
  readonly maxRssBytes: number
}

/** What was read stays here, so that its memory counts. */
let kept: unknown

function measured(
  paths: readonly string[],
  use: (texts: readonly string[]) => { result: unknown; objects: number },
): Reading {
  const beganMs = monotonicMs()
  const texts = paths.map((path) => readFileSync(path, 'utf8'))
  const { result, objects } = use(texts)
  const wallMs = monotonicMs() - beganMs
  kept = result
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  return { wallMs, objects, bytes, maxRssBytes: kept === undefined ? 0 : ownUsage().maxRssBytes }
}

function parse(paths: readonly string[]): Reading {
  return measured(paths, (texts) => {
    const lists = texts.map((text) => JSON.parse(text) as unknown[])
    return { result: lists, objects: lists.reduce((sum, list) => sum + list.length, 0) }
  })
}

function plan(paths: readonly string[]): Reading {
  return measured(paths, (texts) => {
    const files = texts.map((text, index) => ({ file: paths[index] ?? '', text }))
    const planned = definePlan({ files, selection: { all: true } })
    if (!planned.ok) throw new Error(planned.reason[0]?.message)
    return { result: planned.value, objects: planned.value.plan.objects.length }
  })
}

play(Promise.resolve({ answers: { parse, plan }, stop: async () => {} }))
