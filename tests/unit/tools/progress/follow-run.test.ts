// Messages while a run is shown as a live block: above it, and not in the middle of it.

import { stripVTControlCharacters } from 'node:util'
import { afterEach, expect, it, vi } from 'vitest'
import { VirtualClock } from '../../../../shared/adapters/memory/virtual-clock.ts'
import type { FactLine } from '../../../../shared/api/run-resource.ts'
import { followRun } from '../../../../tools/progress/follow-run.ts'
import { processTerminal } from '../../../../tools/terminal.ts'

afterEach(() => vi.restoreAllMocks())

it('a message stands where the block was, and the block is painted anew below it', async () => {
  const written: string[] = []
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0)
  const terminal = Object.assign(processTerminal(silent(), process.stderr, {}), { isInteractive: true })
  async function* facts(): AsyncGenerator<FactLine> {
    yield { type: 'run-opened', at_ms: 0, run_id: 'r' }
    terminal.message('cancelling the run')
  }
  const objects = [{ id: '1', name: undefined, layer: 1000 as const }]
  await followRun({ facts: facts(), objects, terminal, clock: new VirtualClock(0), json: false })
  terminal.message('after it')
  const at = written.indexOf('cancelling the run\n')
  const [before, after] = [written.slice(0, at), written.slice(at + 1)]
  expect(before.join('')).toContain('1-Raw')
  // What was there is erased, and the cursor is at the beginning of its first line.
  expect(before.at(-1)).toContain('\u001b[')
  expect(stripVTControlCharacters(before.at(-1) ?? '').trim()).toBe('')
  expect(after.join('')).toContain('1-Raw')
  expect(after.at(-1)).toBe('after it\n')
})

function silent(): NodeJS.WriteStream {
  return Object.assign(Object.create(process.stdout), { write: () => true })
}
