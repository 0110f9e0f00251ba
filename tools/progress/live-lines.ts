// A run as a block of lines that is repainted: a bar per layer, what is running, failures pinned below.

import { zoneLabelOf } from '../../shared/base/layer.ts'
import { spanInWords } from '../duration.ts'
import type { Terminal } from '../terminal.ts'
import { type LayerProgress, type RunProgress, settledIn } from './run-progress.ts'

const barWidth = 24
const mostFailures = 5

/** The block for this moment; no line is wider than the terminal, and the block is no higher than it. */
export function liveLines(progress: RunProgress, terminal: Terminal, nowMs: number): readonly string[] {
  const layers = progress.layers.filter((layer) => layer.total > 0).map((layer) => layerLine(layer, terminal))
  const lines = [...layers, runningLine(progress, terminal, nowMs), ...failureLines(progress, terminal)]
  return lines.slice(0, Math.max(1, terminal.rows - 1))
}

function layerLine(layer: LayerProgress, terminal: Terminal): string {
  const settled = settledIn(layer)
  const filled = Math.round((barWidth * settled) / layer.total)
  const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled)
  const bad = layer.failed + layer.blocked + layer.cancelled
  const colour = bad > 0 ? 'red' : settled === layer.total ? 'green' : 'cyan'
  const notes = [
    layer.reused > 0 ? `${layer.reused} reused` : '',
    layer.failed > 0 ? `${layer.failed} failed` : '',
    layer.blocked > 0 ? `${layer.blocked} blocked` : '',
    layer.cancelled > 0 ? `${layer.cancelled} cancelled` : '',
  ].filter((note) => note !== '')
  const count = `${settled}/${layer.total}`
  const text = `${zoneLabelOf(layer.layer).padEnd(14)} ${terminal.paint(colour, bar)} ${count} ${notes.join(', ')}`
  return text.trimEnd()
}

function runningLine(progress: RunProgress, terminal: Terminal, nowMs: number): string {
  const span = spanInWords(nowMs - (progress.openedAtMs ?? nowMs))
  const names: string[] = []
  for (const id of progress.running.keys()) {
    if (names.length === 8) break
    names.push(progress.label(id))
  }
  const retrying = progress.retrying.size > 0 ? `, ${progress.retrying.size} wait for a retry` : ''
  const head = `${span}  ${progress.running.size} running${retrying}`
  return terminal.paint(
    'dim',
    cut(names.length === 0 ? head : `${head}: ${names.join(', ')}`, terminal.columns),
  )
}

function failureLines(progress: RunProgress, terminal: Terminal): readonly string[] {
  const shown = progress.failures.slice(-mostFailures)
  const hidden = progress.failures.length - shown.length
  const lines = shown.map(({ objectId, attempt, code, detail }) =>
    terminal.paint(
      'red',
      cut(`✗ ${progress.label(objectId)}: ${code} ${detail} (attempt ${attempt})`, terminal.columns),
    ),
  )
  return hidden > 0 ? [...lines, `  and ${hidden} more failed before`] : lines
}

/** `text` in at most `width` columns. */
function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`
}
