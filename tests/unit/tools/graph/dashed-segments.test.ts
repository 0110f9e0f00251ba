// Lines of a drawing are dashed where no link that is required goes along them.

import { describe, expect, it } from 'vitest'
import { definePlanOfObjects } from '../../../../orchestrator/core/graph/define-plan.ts'
import type { Json } from '../../../../shared/base/json.ts'
import { dashedSegments } from '../../../../tools/graph/dashed-segments.ts'
import { layeredLayout } from '../../../../tools/graph/layered-layout.ts'

/** The segments of a plan, `-` or `=` (dashed) between its ends; a bend is called after its column. */
function linesOf(objects: readonly Json[]): readonly string[] {
  const outcome = definePlanOfObjects({ objects, selection: { all: true } })
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.reason))
  const { plan } = outcome.value
  const layout = layeredLayout(plan)
  const dashed = dashedSegments(plan, layout)
  const nameOf = (vertex: number) => plan.objects[vertex]?.id ?? `column ${layout.columnOf[vertex]}`
  return layout.segments
    .map((segment) => `${nameOf(segment.from)} ${dashed.has(segment) ? '=' : '-'} ${nameOf(segment.to)}`)
    .sort()
}

/** A chain a b c d, and two more links from a that pass columns. */
function chain(toC: Json, toD: Json): readonly Json[] {
  return [
    { id: 'a', layer: 1000 },
    { id: 'b', layer: 1000, parents: 'a' },
    { id: 'c', layer: 1000, parents: ['b', toC] },
    { id: 'd', layer: 1000, parents: ['c', toD] },
  ]
}
const optional = { id: 'a', policy: 'optional' }

describe('a line is dashed', () => {
  it('where it is the last part of a link that is not required, and only there', () => {
    expect(linesOf(chain('a', optional))).toEqual([
      'a - b',
      'a - column 1',
      'b - c',
      'c - d',
      'column 1 - c',
      'column 1 = column 2',
      'column 2 = d',
    ])
  })

  it('as far back as no required link goes along', () => {
    expect(linesOf(chain(optional, optional))).toEqual([
      'a - b',
      'a = column 1',
      'b - c',
      'c - d',
      'column 1 = c',
      'column 1 = column 2',
      'column 2 = d',
    ])
    expect(linesOf(chain(optional, 'a'))).toEqual([
      'a - b',
      'a - column 1',
      'b - c',
      'c - d',
      'column 1 - column 2',
      'column 1 = c',
      'column 2 - d',
    ])
  })

  it('nowhere in a plan whose links are all required', () => {
    expect(linesOf(chain('a', 'a')).filter((line) => line.includes('='))).toEqual([])
  })
})
