// A plan as an SVG drawing: a column per level, a colour per zone, the longest chain in bold, a legend.

import { criticalPath } from '../../orchestrator/core/graph/critical-path.ts'
import type { Plan, PlanObject } from '../../orchestrator/core/graph/plan.ts'
import { zoneLabels } from '../../shared/base/layer.ts'
import { cutTo, plainText } from '../one-line.ts'
import { counted } from '../validation.ts'
import { dashedSegments } from './dashed-segments.ts'
import { type LayeredLayout, layeredLayout, type Segment } from './layered-layout.ts'
import { verticalPlaces } from './layered-places.ts'
import { zoneColours } from './zone-colours.ts'

const box = { height: 40, step: 54, bendStep: 16, leastWidth: 84, padding: 12 }
const margin = { side: 24, top: 64, bottom: 20 }
const letterWidth = 6.4
const mostLetters = 28
const ink = '#1a202c'
const grey = '#94a3b8'
const bold = '#be123c'
const dashes = ' stroke-dasharray="5 4"'

interface Drawing {
  readonly plan: Plan
  readonly layout: LayeredLayout
  readonly columns: readonly { readonly x: number; readonly width: number }[]
  readonly y: Float64Array
  /** Vertices and, as `from>to`, segments of the longest chain. */
  readonly onPath: ReadonlySet<string>
  readonly dashed: ReadonlySet<Segment>
}

/** A whole SVG document. It holds no script, no font and no link, and every text of it is escaped. */
export function svgOf(plan: Plan): string {
  const layout = layeredLayout(plan)
  const places = verticalPlaces(layout, { boxStep: box.step, bendStep: box.bendStep })
  const y = places.map((place) => place + margin.top)
  const height = Math.ceil(y.reduce((most, place) => Math.max(most, place), 0) + box.step / 2 + margin.bottom)
  const columns = columnsOf(plan, layout, height)
  const last = columns.at(-1)
  const width = Math.ceil(Math.max(720, (last?.x ?? 0) + (last?.width ?? 0) + margin.side))
  const drawing = { plan, layout, columns, y, onPath: pathOf(plan), dashed: dashedSegments(plan, layout) }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, 'Segoe UI', Helvetica, Arial, sans-serif">`,
    `<title>${escaped(summaryOf(plan))}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...legend(plan),
    ...linkLines(drawing),
    ...plan.objects.map((object, index) => boxOf(drawing, object, index)),
    '</svg>',
  ].join('\n')
}

function summaryOf({ objects, parents }: Plan): string {
  return `${counted(objects.length, 'object')}, ${counted(parents.targets.length, 'link')}`
}

/** Where columns begin and how wide they are; the higher the drawing, the more room links have to rise. */
function columnsOf({ objects }: Plan, { columns }: LayeredLayout, height: number) {
  const gap = Math.min(240, 56 + height / 16)
  let x = margin.side
  return columns.map((column) => {
    let letters = 0
    for (const vertex of column)
      for (const line of vertex < objects.length ? labelOf(objects[vertex] as PlanObject) : [])
        letters = Math.max(letters, line.length)
    const width = Math.max(box.leastWidth, Math.ceil(letters * letterWidth) + 2 * box.padding)
    const placed = { x, width }
    x += width + gap
    return placed
  })
}

/** The name above the id, or the id alone. */
function labelOf({ id, name }: PlanObject): readonly string[] {
  const lines = name === undefined || name === id ? [id] : [name, id]
  return lines.map((line) => cutTo(mostLetters, plainText(line)))
}

function boxOf({ layout, columns, y, onPath }: Drawing, object: PlanObject, index: number): string {
  const { x, width } = columns[layout.columnOf[index] ?? 0] ?? { x: 0, width: 0 }
  const middle = y[index] ?? 0
  const { fill, stroke } = zoneColours[object.zone]
  const isOnPath = onPath.has(object.id)
  const lines = labelOf(object)
  const texts = lines.map((line, at) => {
    const isName = at === 0
    const baseline = middle + (lines.length === 1 ? 4 : isName ? -3 : 12)
    const style = isName
      ? `font-size="12" font-weight="600" fill="${ink}"`
      : `font-size="10.5" fill="#475569"`
    return `<text x="${one(x + box.padding)}" y="${one(baseline)}" ${style}>${escaped(line)}</text>`
  })
  const title = `${object.id}${object.name === undefined ? '' : ` ${object.name}`} (${object.zone}, level ${object.level})`
  const frame = `<rect x="${one(x)}" y="${one(middle - box.height / 2)}" width="${width}" height="${box.height}" rx="7" fill="${fill}" stroke="${isOnPath ? bold : stroke}" stroke-width="${isOnPath ? 2 : 1.2}"/>`
  return `<g><title>${escaped(title)}</title>${frame}${texts.join('')}</g>`
}

/** Links of the longest chain are drawn last, above the others. */
function linkLines(drawing: Drawing): readonly string[] {
  const { plan, layout } = drawing
  const plain: string[] = []
  const strong: string[] = []
  for (const segment of layout.segments) {
    const { from, to } = segment
    const ends = [plan.objects[from]?.id, plan.objects[to]?.id]
    const isStrong = ends.every((id) => id !== undefined) && drawing.onPath.has(ends.join('>'))
    ;(isStrong ? strong : plain).push(curve(drawing, segment))
  }
  return [
    `<g fill="none" stroke="${grey}" stroke-width="1.3" stroke-opacity="0.75">`,
    ...plain,
    `</g><g fill="none" stroke="${bold}" stroke-width="2.2">`,
    ...strong,
    '</g>',
  ]
}

/** From the right side of one vertex to the left side of the next; a bend is crossed on the level. */
function curve({ layout, columns, y, dashed }: Drawing, segment: Segment): string {
  const { from, to } = segment
  const start = columns[layout.columnOf[from] ?? 0] ?? { x: 0, width: 0 }
  const end = columns[layout.columnOf[to] ?? 0] ?? { x: 0, width: 0 }
  const [x0, y0, x1, y1] = [start.x + start.width, y[from] ?? 0, end.x, y[to] ?? 0]
  const middle = one((x0 + x1) / 2)
  const across = to >= layout.objects ? `H${one(end.x + end.width)}` : ''
  return `<path d="M${one(x0)} ${one(y0)}C${middle} ${one(y0)} ${middle} ${one(y1)} ${one(x1)} ${one(y1)}${across}"${dashed.has(segment) ? dashes : ''}/>`
}

function pathOf(plan: Plan): ReadonlySet<string> {
  const path = criticalPath(plan)
  // An object alone is no chain.
  if (path.length < 2) return new Set()
  return new Set([...path, ...path.slice(1).map((id, at) => `${path[at]}>${id}`)])
}

function legend(plan: Plan): readonly string[] {
  const parts = [
    `<text x="${margin.side}" y="34" font-size="13" font-weight="600" fill="${ink}">${escaped(summaryOf(plan))}</text>`,
  ]
  let x = margin.side + 24 + summaryOf(plan).length * 7.2
  const add = (mark: string, text: string) => {
    parts.push(mark, `<text x="${one(x + 22)}" y="34" font-size="12" fill="#475569">${escaped(text)}</text>`)
    x += 44 + text.length * letterWidth
  }
  for (const zone of zoneLabels) {
    const count = plan.objects.filter((object) => object.zone === zone).length
    if (count === 0) continue
    const { fill, stroke } = zoneColours[zone]
    add(
      `<rect x="${one(x)}" y="23" width="15" height="14" rx="3" fill="${fill}" stroke="${stroke}" stroke-width="1.2"/>`,
      `${zone} (${count})`,
    )
  }
  const length = criticalPath(plan).length
  if (length > 1)
    add(`<path d="M${one(x)} 30h15" stroke="${bold}" stroke-width="2.2"/>`, `longest chain (${length})`)
  if (plan.linkPolicies.size > 0)
    add(
      `<path d="M${one(x)} 30h15" stroke="${grey}" stroke-width="1.6"${dashes}/>`,
      `optional or stale-ok (${plan.linkPolicies.size})`,
    )
  return parts
}

/** With at most one digit behind the point. */
function one(value: number): number {
  return Math.round(value * 10) / 10
}

function escaped(text: string): string {
  return plainText(text)
    .toWellFormed()
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
}
