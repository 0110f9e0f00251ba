// Follows a run until it ends and shows it in one of three ways: JSON lines, plain lines, or a live block.

import { createLogUpdate } from 'log-update'
import { type FactLine, factsFormat } from '../../shared/api/run-resource.ts'
import type { Clock, Timer } from '../../shared/ports/clock.ts'
import type { Terminal } from '../terminal.ts'
import { liveLines } from './live-lines.ts'
import { endLine, plainLine } from './plain-lines.ts'
import { type ProgressObject, RunProgress } from './run-progress.ts'

export interface Follow {
  readonly facts: AsyncIterable<FactLine>
  readonly objects: readonly ProgressObject[]
  readonly terminal: Terminal
  readonly clock: Clock
  readonly json: boolean
}

/** A live block is repainted at most this often. */
const repaintMs = 100

/** Resolves with the `run-ended` fact, or undefined when the facts ended without it (somebody detached). */
export async function followRun(follow: Follow): Promise<FactLine | undefined> {
  const progress = new RunProgress(follow.objects)
  const view = viewOf(follow, progress)
  try {
    for await (const fact of follow.facts) {
      progress.apply(fact)
      view.show(fact)
    }
  } finally {
    view.close()
  }
  if (progress.ended !== undefined && !follow.json) summarize(progress, follow.terminal)
  return progress.ended
}

interface View {
  show(fact: FactLine): void
  close(): void
}

function viewOf(follow: Follow, progress: RunProgress): View {
  if (follow.json) return jsonView(follow.terminal)
  return follow.terminal.isInteractive ? liveView(follow, progress) : plainView(follow.terminal, progress)
}

function jsonView(terminal: Terminal): View {
  terminal.result(JSON.stringify({ format: factsFormat }))
  return { show: (fact) => terminal.result(JSON.stringify(fact)), close: () => {} }
}

function plainView(terminal: Terminal, progress: RunProgress): View {
  const show = (fact: FactLine) => {
    const line = plainLine(fact, progress)
    if (line !== undefined) terminal.message(line)
  }
  return { show, close: () => {} }
}

function liveView({ terminal, clock }: Follow, progress: RunProgress): View {
  const block = createLogUpdate(process.stderr, { showCursor: true })
  let timer: Timer | undefined
  const paint = () => block(liveLines(progress, terminal, clock.nowMs()).join('\n'))
  const repaint = () => {
    paint()
    timer = clock.after(repaintMs, repaint)
  }
  repaint()
  const uncover = terminal.coverMessages?.((write) => {
    block.clear()
    write()
    paint()
  })
  return {
    show: () => {},
    close: () => {
      timer?.cancel()
      uncover?.()
      paint()
      block.done()
    },
  }
}

function summarize(progress: RunProgress, terminal: Terminal): void {
  const ended = progress.ended
  if (ended === undefined) return
  const colour = ended.state === 'succeeded' ? 'green' : 'red'
  terminal.result(terminal.paintResult(colour, endLine(ended)))
}
