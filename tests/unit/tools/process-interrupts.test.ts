// Signals reach a command that listens, and end the process as always when none does.

import { EventEmitter } from 'node:events'
import { describe, expect, it } from 'vitest'
import { ProcessInterrupts } from '../../../tools/process-interrupts.ts'

describe('interrupts', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('by %s reach everyone who listens, each time', (signal) => {
    const source = new EventEmitter()
    const interrupts = new ProcessInterrupts(source)
    const heard: string[] = []
    interrupts.on(() => heard.push('first'))
    const stop = interrupts.on(() => heard.push('second'))
    source.emit(signal)
    stop()
    source.emit(signal)
    expect(heard).toEqual(['first', 'second', 'first'])
  })

  it('take no signal while nobody listens, so that it ends the process', () => {
    const source = new EventEmitter()
    const interrupts = new ProcessInterrupts(source)
    const count = () => source.listenerCount('SIGINT')
    expect(count()).toBe(0)
    const action = () => {}
    const [first, second] = [interrupts.on(action), interrupts.on(action)]
    expect(count()).toBe(1)
    first()
    first()
    expect(count()).toBe(1)
    second()
    expect(count()).toBe(0)
  })

  it('may come without a signal: the reader of the results has left', () => {
    const interrupts = new ProcessInterrupts(new EventEmitter())
    const heard: string[] = []
    interrupts.raise('unread')
    interrupts.on((cause) => heard.push(cause))
    interrupts.raise('unread')
    expect(heard).toEqual(['unread'])
  })
})
