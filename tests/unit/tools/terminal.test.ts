// The process's own terminal: how wide it takes itself to be.

import { WriteStream } from 'node:tty'
import { expect, it } from 'vitest'
import { processTerminal } from '../../../tools/terminal.ts'

function terminalOf(columns: number | undefined, isTTY: boolean) {
  const stream: NodeJS.WriteStream = Object.assign(Object.create(WriteStream.prototype), { columns, isTTY })
  return processTerminal(stream, stream, {})
}

it('is as wide as it says', () => {
  const { columns, resultColumns } = terminalOf(120, true)
  expect([columns, resultColumns]).toEqual([120, 120])
})

it('is 80 columns wide when it says 0, as that of a container may', () => {
  const { columns, resultColumns } = terminalOf(0, true)
  expect([columns, resultColumns]).toEqual([80, 80])
})

it('gives a pipe whole lines, and messages of 80 columns', () => {
  const { columns, resultColumns } = terminalOf(undefined, false)
  expect([columns, resultColumns]).toEqual([80, Number.POSITIVE_INFINITY])
})
